// Microsoft's credentials for the clients of Azure as they come, against the simulator: their HTTP client takes HTTPS_PROXY from
// the environment, NODE_EXTRA_CA_CERTS names the test CA.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthenticationRequiredError, AuthorizationCodeCredential, DeviceCodeCredential } from '@azure/identity';
import { control, person, requests } from './simulator.mjs';

const graph = 'https://graph.microsoft.com/User.Read';
const imap = 'https://outlook.office.com/IMAP.AccessAsUser.All';
const redirectUri = 'http://localhost:4000/cb';
// Their cache knows a token again by the scope as it was asked for.
const settings = { identity: { scope_form: 'prefixed' } };
const refreshes = async (account) => (await requests(account)).counts.refresh_token ?? 0;

test('device code, the token that is held, one for another resource, and the end', async () => {
  await control('/knobs', { set: { identity: { device_interval_s: 1 } } });
  const { account, clientId } = await person(settings, { redirect_uris: ['http://localhost/cb'] });
  const userPromptCallback = ({ userCode }) => { control('/identity/device', { user_code: userCode, account: account.smtp }); };
  const credential = new DeviceCodeCredential({ tenantId: account.tenant, clientId, userPromptCallback, disableAutomaticAuthentication: true });
  assert.equal((await credential.authenticate(graph)).username, account.smtp);
  const first = await credential.getToken(graph);
  assert.equal((await credential.getToken(graph)).token, first.token);
  assert.equal(await refreshes(account), 0);
  assert.notEqual((await credential.getToken(imap)).token, first.token);
  assert.equal(await refreshes(account), 1);
  await control('/identity/end', { account: account.smtp, what: 'revoked' });
  await assert.rejects(credential.getToken('https://graph.microsoft.com/Mail.Read'), AuthenticationRequiredError);
});

test('a code, redeemed with a secret', async () => {
  const { account, clientId } = await person(settings, { redirect_uris: ['http://localhost/cb'], secret: 'right' });
  const credential = async (secret) => {
    const query = new URLSearchParams({ client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: `openid profile offline_access ${graph}` });
    const url = `https://login.microsoftonline.com/${account.tenant}/oauth2/v2.0/authorize?${query}`;
    const landed = await control('/identity/visit', { url, account: account.smtp });
    const code = new URL(landed.url).searchParams.get('code');
    return new AuthorizationCodeCredential(account.tenant, clientId, secret, code, redirectUri);
  };
  const right = await credential('right');
  const { token } = await right.getToken(graph);
  assert.equal((await right.getToken(graph)).token, token);
  await assert.rejects((await credential('wrong')).getToken(graph), /AADSTS7000215/);
});
