// Independent OAuth servers on loopback for the tests of our own client: oidc-provider (PKCE required, device flow, strict
// rotation with reuse detection) and oauth2-mock-server (answers at a test's order); and, in Graph's place, who a token is of.
// Prints one line of JSON that says where they are; ends when standard input is closed.
//
//   POST {control}/visit   {"url": authorize URL, "accept": true}      a person signs in at oidc-provider: {"url": where it ended}
//   POST {control}/device  {"user_code": …, "accept": true}            a person types the code in: {"url": …}
//   POST {control}/answers [{"status": 400, "headers": {…}, "body": {…}, "cut": "before" | "after"}, …]
//                                                                      what the mock's token endpoint says next, in order
//   GET  {control}/counts  token requests so far: {"oidc_provider": {"refresh_token": 2, …}, "mock": {…}}
//   GET  {graph}/v1.0/me   the person, for an access token of either
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import Provider from 'oidc-provider';
import { visit, typeCode } from './person.mjs';

// Nobody reads more than the one line of standard output, where oidc-provider would write its notices.
console.info = console.warn;

// The mock takes for granted what Node.js 18, of Debian 12, does not have.
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const person = { sub: 'somebody', tid: '5e1f0000-0000-4000-8000-0000000000aa', oid: '5e1f0000-0000-4000-8000-0000000000bb',
  preferred_username: 'somebody@peer-sim.example', name: 'Some Body' };
const redirectUri = 'http://127.0.0.1/cb';
const counts = { oidc_provider: {}, mock: {} };
const count = (where, grant) => { counts[where][grant] = (counts[where][grant] ?? 0) + 1; };

const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
};

const client = (id, more) => ({ client_id: id, redirect_uris: [redirectUri], response_types: ['code'], application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'], ...more });

// Microsoft's `select_account` shows people their accounts. oidc-provider asks again by the name of `consent`, and without it
// gives no `offline_access`.
const asKnownHere = (url) => url.replace(/([?&]prompt=)select_account\b/, '$1consent');

let provider;
const startProvider = async (scopes) => {
  const { url } = await listen((request, answer) => {
    request.url = asKnownHere(request.url);
    return provider.callback()(request, answer);
  });
  provider = new Provider(url, {
    clients: [client('public', { token_endpoint_auth_method: 'none' }),
      client('confidential', { token_endpoint_auth_method: 'client_secret_post', client_secret: 'a-secret-of-the-tests' })],
    scopes: ['openid', 'profile', 'offline_access', ...scopes],
    claims: { openid: Object.keys(person) },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...person, sub: id }) }),
    features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true },
    issueRefreshToken: (_, asking) => asking.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    cookies: { keys: ['of the tests'] },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, DeviceCode: 600, Grant: 86400, IdToken: 3600, Interaction: 600, RefreshToken: 86400, Session: 86400 },
  });
  for (const event of ['grant.success', 'grant.error']) provider.on(event, (context) => count('oidc_provider', context.oidc.params?.grant_type));
  return { issuer: url, authorization_endpoint: `${url}/auth`, token_endpoint: `${url}/token`, device_authorization_endpoint: `${url}/device/auth`,
    jwks_uri: `${url}/jwks`, redirect_uri: redirectUri, client_id: 'public', confidential_client_id: 'confidential', client_secret: 'a-secret-of-the-tests',
    ...Object.fromEntries(['tid', 'oid', 'preferred_username'].map((name) => [name, person[name]])) };
};

// `before`: the connection is closed and nothing is done; `after`: everything is done and no answer sent.
const startMock = async (answers) => {
  const issuer = new OAuth2Issuer();
  const service = new OAuth2Service(issuer);
  await issuer.keys.generate('RS256');
  const { url } = await listen((request, answer) => {
    const next = request.url.startsWith('/token') ? answers.shift() : undefined;
    if (next?.cut === 'before') return request.socket.destroy();
    if (next?.cut === 'after') answer.end = () => request.socket.destroy();
    Object.entries(next?.headers ?? {}).forEach(([name, value]) => answer.setHeader(name, value));
    request.ordered = next;
    return service.requestHandler(request, answer);
  });
  issuer.url = url;
  service.on('beforeTokenSigning', (token) => Object.assign(token.payload, person));
  service.on('beforeResponse', (response, request) => {
    count('mock', request.body.grant_type);
    const next = request.ordered;
    if (next) Object.assign(response, { statusCode: next.status ?? 200, body: next.body ?? response.body });
  });
  return { issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks`, client_id: 'any',
    redirect_uri: redirectUri, ...Object.fromEntries(['tid', 'oid', 'preferred_username'].map((name) => [name, person[name]])) };
};

const read = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return text ? JSON.parse(text) : {};
};

const answers = [];
let routes = {};
const control = await listen(async (request, answer) => {
  const route = routes[`${request.method} ${request.url.split('?')[0]}`];
  try {
    const body = route ? await route(await read(request), request) : undefined;
    answer.writeHead(body ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? { error: 'not found' }));
  } catch (error) {
    answer.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error.stack) }));
  }
});
const graph = control.url;
const oidc_provider = await startProvider(['User.Read', 'Contacts.ReadWrite', 'Mail.ReadWrite'].map((name) => `${graph}/${name}`));
const mock = await startMock(answers);

// The mock's tokens say themselves whose they are; oidc-provider knows its own.
const me = async (_, { headers: { authorization = '' } }) => {
  const token = authorization.replace(/^Bearer /, '');
  const known = token.includes('.') ? JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).oid : await provider.AccessToken.find(token);
  return known && { mail: person.preferred_username, displayName: person.name };
};

routes = {
  'GET /v1.0/me': me,
  'POST /visit': ({ url, accept = true }) => visit(url, accept),
  'POST /device': ({ user_code, accept = true }) => typeCode(oidc_provider.issuer, user_code, accept),
  'POST /answers': (next) => { answers.splice(0, answers.length, ...next); return {}; },
  'GET /counts': () => counts,
};
console.log(JSON.stringify({ oidc_provider, mock, graph, control: control.url }));
process.stdin.resume().on('end', () => process.exit(0));
