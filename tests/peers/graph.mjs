// Microsoft's Graph client as it comes, against the simulator; environment as for msal_node.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublicClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';
import { Agent, ProxyAgent, request, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new ProxyAgent(process.env.HTTPS_PROXY));
const direct = new Agent();

const control = async (path, body) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(process.env.OUTLOOK_SIM_CONTROL + path, { method: 'POST', headers, body: JSON.stringify(body), dispatcher: direct });
  return answer.body.json();
};

// A client of a new account, signed in by the code of a device.
const signedIn = async () => {
  await control('/knobs', { set: { identity: { device_interval_s: 1 } } });
  const account = await control('/accounts', { messages: 0 });
  const { client_id: clientId } = await control('/identity/apps', { redirect_uris: ['http://localhost/cb'] });
  const app = new PublicClientApplication({ auth: { clientId, authority: 'https://login.microsoftonline.com/common' } });
  const deviceCodeCallback = ({ userCode }) => { control('/identity/device', { user_code: userCode, account: account.smtp }); };
  const { accessToken } = await app.acquireTokenByDeviceCode({ scopes: ['User.Read'], deviceCodeCallback });
  return { account, client: Client.init({ authProvider: (done) => done(null, accessToken) }) };
};

test('who one is', async () => {
  const { account, client } = await signedIn();
  assert.equal((await client.api('/me').get()).mail, account.smtp);
  const some = await client.api('/me').select(['displayName']).get();
  assert.deepEqual(Object.keys(some), ['@odata.context', 'displayName']);
});

test('an error has its code and its text', async () => {
  const { client } = await signedIn();
  await assert.rejects(client.api('/nothing/of/the/kind').get(), { statusCode: 400, code: 'BadRequest', message: /segment/ });
  const stranger = Client.init({ authProvider: (done) => done(null, 'no.such.token') });
  await assert.rejects(stranger.api('/me').get(), { statusCode: 401, code: 'InvalidAuthenticationToken' });
});
