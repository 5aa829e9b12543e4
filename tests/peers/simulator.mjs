// The control interface of the simulator, for clients that leave Node's own fetch as it is: it takes no proxy.
import assert from 'node:assert/strict';

export const control = async (path, body) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(process.env.OUTLOOK_SIM_CONTROL + path, body && { method: 'POST', headers, body: JSON.stringify(body) });
  const json = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
};

// An account, and an application that its administrator lets read mail and profile.
export const person = async (settings, app) => {
  const account = await control('/accounts', { messages: 0 });
  await control('/knobs', { account: account.smtp, set: settings });
  const { client_id: clientId } = await control('/identity/apps', app);
  await control('/identity/consent/admin', { client_id: clientId, tenant: account.tenant });
  return { account, clientId };
};

export const requests = (account) => control(`/requests?account=${account.smtp}`);
