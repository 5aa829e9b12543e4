// MSAL for Node as it comes, against the simulator: HTTPS_PROXY leads its fetch there, NODE_EXTRA_CA_CERTS names the test CA.
// Environment: OUTLOOK_SIM_CONTROL, the address of the control interface.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ConfidentialClientApplication, CryptoProvider, InteractionRequiredAuthError, PublicClientApplication } from '@azure/msal-node';
import { Agent, ProxyAgent, request, setGlobalDispatcher } from 'undici';

// Node's own fetch takes no proxy from the environment before version 24; this is how it is given one.
setGlobalDispatcher(new ProxyAgent(process.env.HTTPS_PROXY));
const direct = new Agent();

const login = 'https://login.microsoftonline.com';
const redirectUri = 'http://localhost:4000/cb';
const graph = ['User.Read'];
const imap = ['https://outlook.office.com/IMAP.AccessAsUser.All'];
const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad';

const control = async (method, path, body) => {
  const headers = body && { 'content-type': 'application/json' };
  const answer = await request(process.env.OUTLOOK_SIM_CONTROL + path, { method, headers, body: body && JSON.stringify(body), dispatcher: direct });
  const json = await answer.body.json();
  assert.equal(answer.statusCode, 200, JSON.stringify(json));
  return json;
};

let account;
beforeEach(async () => {
  await control('DELETE', '/knobs');
  await control('DELETE', '/requests');
  account = await control('POST', '/accounts', { messages: 0 });
});

const register = async (app, redirect = 'http://localhost/cb') =>
  (await control('POST', '/identity/apps', { redirect_uris: [redirect], ...app })).client_id;
const publicApp = async (tenant = 'common', app = {}, redirect) =>
  new PublicClientApplication({ auth: { clientId: await register(app, redirect), authority: `${login}/${tenant}` } });
const identity = (settings) => control('POST', '/knobs', { account: account.smtp, set: { identity: settings } });
const fail = (failure) => control('POST', '/knobs', { account: account.smtp, fail: [{ times: 1, ...failure }] });
const refreshes = async () => (await control('GET', `/requests?account=${account.smtp}`)).counts.refresh_token ?? 0;
const visit = (url, accept = true) => control('POST', '/identity/visit', { url, account: account.smtp, accept });
const silent = async (app, scopes, options = {}) => {
  const [known] = await app.getTokenCache().getAllAccounts();
  return app.acquireTokenSilent({ account: known, scopes, ...options });
};
const whoAmI = (token) => fetch('https://graph.microsoft.com/v1.0/me', { headers: { authorization: `Bearer ${token}` } });

const signIn = async (app, scopes, extra = {}) => {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const url = await app.getAuthCodeUrl({ scopes, redirectUri, state: 'st4te', nonce: 'n0nce', codeChallenge: challenge, codeChallengeMethod: 'S256',
    responseMode: 'query', ...extra });
  const landed = await visit(url);
  const answer = new URL(landed.url).searchParams;
  assert.equal(answer.get('state'), 'st4te');
  const code = answer.get('code');
  return app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: verifier, state: 'st4te', nonce: 'n0nce' },
    { code, state: answer.get('state'), client_info: answer.get('client_info') ?? undefined });
};

test('code, then silent', async () => {
  const app = await publicApp();
  const result = await signIn(app, graph);
  assert.deepEqual([result.uniqueId, result.tenantId], [account.oid, account.tenant]);
  assert.equal(result.account.username, account.smtp);
  assert.equal((await (await whoAmI(result.accessToken)).json()).mail, account.smtp);
  assert.equal((await silent(app, graph)).fromCache, true);
  assert.equal(await refreshes(), 0);
  const fresh = await silent(app, graph, { forceRefresh: true });
  assert.notEqual(fresh.accessToken, result.accessToken);
  assert.equal(await refreshes(), 1);
});

test('one refresh token for two resources', async () => {
  const app = await publicApp();
  await signIn(app, graph, { extraScopesToConsent: imap });
  const other = await silent(app, imap);
  assert.equal(other.fromCache, false);
  assert.deepEqual(other.scopes.filter((scope) => scope.includes('outlook')), imap);
  assert.equal((await whoAmI(other.accessToken)).status, 401);
  assert.equal((await whoAmI((await silent(app, graph)).accessToken)).status, 200);
  await assert.rejects(silent(app, ['Mail.ReadWrite']), (error) => error instanceof InteractionRequiredAuthError && error.subError === 'consent_required');
});

test('by a browser, back to a port of its own', async () => {
  const app = await publicApp('organizations', {}, 'http://localhost');
  const openBrowser = async (url) => {
    const { url: action, fields } = await visit(url);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await request(action, { method: 'POST', headers, body: String(new URLSearchParams(fields)), dispatcher: direct });
  };
  const result = await app.acquireTokenInteractive({ scopes: graph, openBrowser });
  assert.equal(result.uniqueId, account.oid);
});

test('device code', async () => {
  await control('POST', '/knobs', { set: { identity: { device_interval_s: 1 } } });
  const app = await publicApp();
  let shown;
  const result = await app.acquireTokenByDeviceCode({ scopes: graph, deviceCodeCallback: (device) => {
    shown = device;
    control('POST', '/identity/device', { user_code: device.userCode, account: account.smtp });
  } });
  assert.equal(result.uniqueId, account.oid);
  assert.match(shown.message, /microsoft\.com\/devicelogin/);
  assert.notEqual((await silent(app, graph, { forceRefresh: true })).accessToken, result.accessToken);
});

test('device code, declined', async () => {
  await control('POST', '/knobs', { set: { identity: { device_interval_s: 1 } } });
  const app = await publicApp();
  const answer = app.acquireTokenByDeviceCode({ scopes: graph, deviceCodeCallback: (device) => {
    control('POST', '/identity/device', { user_code: device.userCode, account: account.smtp, accept: false });
  } });
  await assert.rejects(answer, /authorization_declined/);
});

test('a secret', async () => {
  const clientId = await register({ secret: 'right' });
  const app = (clientSecret) => new ConfidentialClientApplication({ auth: { clientId, clientSecret, authority: `${login}/${account.tenant}` } });
  const right = app('right');
  await signIn(right, graph);
  await silent(right, graph, { forceRefresh: true });
  await assert.rejects(signIn(app('wrong'), graph), { errorCode: 'invalid_client' });
});

test('a personal account', async () => {
  await identity({ account: 'personal' });
  const app = await publicApp('consumers');
  const result = await signIn(app, graph);
  assert.equal(result.tenantId, consumers);
  assert.equal((await (await whoAmI(result.accessToken)).json()).mail, null);
  await silent(app, graph, { forceRefresh: true });
});

test('strict rotation', async () => {
  await identity({ rotation: 'strict' });
  const app = await publicApp();
  await signIn(app, graph);
  for (let turn = 0; turn < 3; turn += 1) await silent(app, graph, { forceRefresh: true });
  assert.equal(await refreshes(), 3);
});

test('revoked, and a second factor', async () => {
  const app = await publicApp();
  await signIn(app, graph);
  await fail({ kind: 'oauth', code: 50076, actions: ['refresh_token'] });
  await assert.rejects(silent(app, graph, { forceRefresh: true }),
    (error) => error instanceof InteractionRequiredAuthError && error.subError === 'basic_action' && /capolids/.test(error.claims));
  await control('POST', '/identity/end', { account: account.smtp, what: 'revoked' });
  await assert.rejects(silent(app, graph, { forceRefresh: true }), (error) => error instanceof InteractionRequiredAuthError);
});

test('it waits as long as it is told', async () => {
  const app = await publicApp();
  await signIn(app, graph);
  await fail({ kind: 'too_many_requests', retry_after: 60, actions: ['refresh_token'] });
  for (let turn = 0; turn < 2; turn += 1) await assert.rejects(silent(app, graph, { forceRefresh: true }), /AADSTS90055/);
  // The second time it did not even ask.
  assert.equal(await refreshes(), 1);
});

test('a wrong nonce is noticed', async () => {
  await identity({ id_token: 'nonce' });
  await assert.rejects(signIn(await publicApp(), graph), { errorCode: 'nonce_mismatch' });
});
