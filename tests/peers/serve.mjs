// Independent OAuth servers on loopback for the tests of our own client: oidc-provider (PKCE required, device flow, strict
// rotation with reuse detection) and oauth2-mock-server (answers at a test's order), and Prism before the simulator's Graph. Of Graph there is /v1.0/me, which takes
// the tokens of both. Prints one line of JSON that says where they are; ends when standard input is closed.
//
//   POST {control}/visit   {"url": authorize URL, "accept": true}      a person signs in: {"url": where it ended}
//   POST {control}/device  {"user_code": …, "accept": true}            a person types the code in: {"url": …}
//   POST {control}/answers [{"status": 400, "headers": {…}, "body": {…}, "more": {…}, "text": …, "cut": "before" | "within" | "after"}, …]
//                                                                      what the mock's token endpoint says next, in order:
//                                                                      `more` is added to a good answer, `text` is no JSON
//   POST {control}/lose    {}                                          oidc-provider's next token answer does not arrive
//   POST {control}/simulator {"url": …}                               where Prism, with Microsoft's schema of contacts, leads to
//   GET  {control}/counts  token requests so far: {"oidc_provider": {"refresh_token": 2, …}, "mock": {…}}
import { webcrypto, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import Provider from 'oidc-provider';
import { visit, typeCode } from './person.mjs';
import { startPrism } from './prism.mjs';

// The mock takes for granted what Node.js 18, of Debian 12, does not have.
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

// Nobody reads standard output after that line, and oidc-provider has much to say.
for (const name of ['log', 'info', 'debug']) console[name] = console.error;

const person = { sub: 'somebody', tid: '5e1f0000-0000-4000-8000-0000000000aa', oid: '5e1f0000-0000-4000-8000-0000000000bb',
  preferred_username: 'somebody@peer-sim.example', name: 'Some Body' };
const redirectUri = 'https://sync.example.test/v1/integrations/outlook/callback';
// The public key of the application's certificate.
const certificate = new X509Certificate(readFileSync(new URL('certificate.pem', import.meta.url))).publicKey.export({ format: 'jwk' });
const counts = { oidc_provider: {}, mock: {} };
const count = (where, grant) => { counts[where][grant] = (counts[where][grant] ?? 0) + 1; };

const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
};

const client = (id, more) => ({ client_id: id, redirect_uris: [redirectUri], response_types: ['code'], application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'], ...more });

// Each of `bearers` says whether a token is good and may read who signed in.
const startGraph = async (bearers) => {
  const { url } = await listen(async (request, answer) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const good = token && request.url.startsWith('/v1.0/me') && (await Promise.all(bearers.map((bearer) => bearer(token)))).some(Boolean);
    const body = good ? { mail: person.preferred_username, userPrincipalName: person.preferred_username, displayName: person.name } : { error: { code: 'InvalidAuthenticationToken' } };
    answer.writeHead(good ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return url;
};

// Microsoft gives a refresh token without `prompt=consent`, and lets people choose among accounts.
const asMicrosoft = (url) => {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (pathname !== '/auth') return url;
  searchParams.set('prompt', 'consent');
  return `${pathname}?${searchParams}`;
};

const startProvider = async (graph, bearers, lost) => {
  let provider;
  const { url } = await listen((request, answer) => {
    request.url = asMicrosoft(request.url);
    if (request.url === '/token' && lost.shift()) answer.end = () => request.socket.destroy();
    return provider.callback()(request, answer);
  });
  const scopes = ['openid', 'profile', 'offline_access', `${graph}/User.Read`, `${graph}/Contacts.ReadWrite`,
    'https://outlook.office.com/IMAP.AccessAsUser.All'];
  provider = new Provider(url, {
    clients: [client('public', { token_endpoint_auth_method: 'none' }),
      client('confidential', { token_endpoint_auth_method: 'client_secret_post', client_secret: 'a-secret-of-the-tests' }),
      client('certified', { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'PS256', jwks: { keys: [certificate] } })],
    scopes,
    claims: { openid: Object.keys(person) },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...person, sub: id }) }),
    features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true },
    issueRefreshToken: (_, asking) => asking.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    cookies: { keys: ['of the tests'] },
    // Less than five minutes: our client has to renew every time.
    ttl: { AccessToken: 240, AuthorizationCode: 60, DeviceCode: 600, Grant: 86400, IdToken: 3600, Interaction: 600, RefreshToken: 86400, Session: 86400 },
  });
  bearers.push(async (token) => (await provider.AccessToken.find(token))?.scopes.has(`${graph}/User.Read`));
  for (const event of ['grant.success', 'grant.error']) provider.on(event, (context) => count('oidc_provider', context.oidc.params?.grant_type));
  return { issuer: url, authorization_endpoint: `${url}/auth`, token_endpoint: `${url}/token`, device_authorization_endpoint: `${url}/device/auth`,
    jwks_uri: `${url}/jwks`, redirect_uri: redirectUri, client_id: 'public', confidential_client_id: 'confidential', client_secret: 'a-secret-of-the-tests',
    certified_client_id: 'certified',
    ...Object.fromEntries(['tid', 'oid', 'preferred_username'].map((name) => [name, person[name]])) };
};

// `before`: the connection is closed and nothing is done; `after`: everything is done and no answer sent; `within`: half of it is.
const change = (next, request, answer) => {
  const end = answer.end.bind(answer);
  if (next.cut === 'after') answer.end = () => request.socket.destroy();
  if (next.cut === 'within') answer.end = (text) => answer.write(text.slice(0, text.length / 2), () => request.socket.destroy());
  if (next.text !== undefined) answer.end = () => answer.setHeader('content-type', 'text/html').setHeader('content-length', Buffer.byteLength(next.text)) && end(next.text);
};

const startMock = async (answers, bearers) => {
  const given = new Set();
  const issuer = new OAuth2Issuer();
  const service = new OAuth2Service(issuer);
  await issuer.keys.generate('RS256');
  const { url } = await listen((request, answer) => {
    const next = request.url.startsWith('/token') ? answers.shift() : undefined;
    if (next?.cut === 'before') return request.socket.destroy();
    if (next) change(next, request, answer);
    Object.entries(next?.headers ?? {}).forEach(([name, value]) => answer.setHeader(name, value));
    request.ordered = next;
    return service.requestHandler(request, answer);
  });
  issuer.url = url;
  service.on('beforeTokenSigning', (token) => Object.assign(token.payload, person));
  service.on('beforeResponse', (response, request) => {
    count('mock', request.body.grant_type);
    const next = request.ordered;
    given.add(response.body.access_token);
    if (next) Object.assign(response, { statusCode: next.status ?? 200, body: next.body ?? { ...response.body, ...next.more } });
  });
  bearers.push((token) => given.has(token));
  return { issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks`, client_id: 'any',
    redirect_uri: redirectUri, ...Object.fromEntries(['tid', 'oid', 'preferred_username'].map((name) => [name, person[name]])) };
};

const read = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return text ? JSON.parse(text) : {};
};

const [answers, lost, bearers, simulator] = [[], [], [], {}];
const graph = await startGraph(bearers);
const oidc_provider = await startProvider(graph, bearers, lost);
const mock = await startMock(answers, bearers);
const prism = await startPrism(process.argv[2], simulator);
const routes = {
  'POST /visit': ({ url, accept = true }) => visit(url, accept),
  'POST /device': ({ user_code, accept = true }) => typeCode(oidc_provider.issuer, user_code, accept),
  'POST /answers': (next) => { answers.splice(0, answers.length, ...next); return {}; },
  'POST /simulator': ({ url }) => { simulator.url = url; return {}; },
  'POST /lose': () => { lost.push(true); return {}; },
  'GET /counts': () => counts,
};
const control = await listen(async (request, answer) => {
  const route = routes[`${request.method} ${request.url}`];
  try {
    const body = route ? await route(await read(request)) : { error: 'no such route' };
    answer.writeHead(route ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } catch (error) {
    answer.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error.stack) }));
  }
});
process.stdout.write(`${JSON.stringify({ oidc_provider, mock, graph, prism, control: control.url })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
