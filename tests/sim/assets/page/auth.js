// The bearer: a top-level walk through the sign-in service with a code in the fragment, kept in memory and local storage.
const nonce = () => crypto.randomUUID();
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const claimsOf = (jwt) => JSON.parse(new TextDecoder().decode(bytesOf(jwt.split('.')[1])));
const scope = `${boot.resource}/.default openid profile offline_access`;
const redirectUri = `${location.origin}/mail/`;
const tokenKey = () => Object.keys(localStorage).find((key) => key.includes(`|accesstoken|${boot.clientId}|`));
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const forever = () => new Promise(() => {});

// MSAL 4 and 5 keep values enciphered, each in an envelope. A cookie of the browser's session has the key, so that a storage
// that outlives it is worth nothing.
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
const textOf = (bytes) => base64url(new Uint8Array(bytes));
const sealingKey = () => {
  const held = cookie('msal.cache.encryption');
  const kept = held ? JSON.parse(decodeURIComponent(held)) : { id: nonce(), key: textOf(crypto.getRandomValues(new Uint8Array(32))) };
  if (!held) document.cookie = `msal.cache.encryption=${encodeURIComponent(JSON.stringify(kept))};path=/;secure;SameSite=None`;
  return kept;
};
const cipherOf = async (key, salt) => {
  const base = await crypto.subtle.importKey('raw', bytesOf(key), 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', salt, hash: 'SHA-256', info: new TextEncoder().encode(boot.clientId) };
  return crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
};
const AES = { name: 'AES-GCM', iv: new Uint8Array(12) };
const seal = async (value) => {
  const [{ id, key }, salt] = [sealingKey(), crypto.getRandomValues(new Uint8Array(16))];
  const data = await crypto.subtle.encrypt(AES, await cipherOf(key, salt), new TextEncoder().encode(JSON.stringify(value)));
  return JSON.stringify({ id, nonce: textOf(salt), data: textOf(data), lastUpdatedAt: String(Date.now()) });
};
const unseal = async (text) => {
  const [envelope, { id, key }] = [JSON.parse(text), sealingKey()];
  if (envelope.id !== id) return undefined;
  const opened = await crypto.subtle.decrypt(AES, await cipherOf(key, bytesOf(envelope.nonce)), bytesOf(envelope.data));
  return JSON.parse(new TextDecoder().decode(opened));
};

const storedToken = async () => {
  const kept = tokenKey() && await unseal(localStorage.getItem(tokenKey()));
  return kept && kept.account === boot.account && Number(kept.expiresOn) - 5 > Date.now() / 1000 ? kept : undefined;
};

const forgetToken = () => {
  if (tokenKey()) localStorage.removeItem(tokenKey());
  delete state.token;
};

const walk = async (prompt) => {
  const tries = Number(sessionStorage.getItem('auth.tries') ?? 0);
  if (tries >= 4) {
    sessionStorage.removeItem('auth.tries');
    throw new Error('the bearer was refused again and again');
  }
  const [verifier, id] = [nonce() + nonce(), nonce()];
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  sessionStorage.setItem('auth.tries', tries + 1);
  sessionStorage.setItem('auth.request', JSON.stringify({ verifier, state: id, path: location.pathname + location.search }));
  const query = new URLSearchParams({ client_id: boot.clientId, scope, redirect_uri: redirectUri, response_mode: 'fragment',
    response_type: 'code', 'x-client-SKU': 'msal.js.browser', 'client-request-id': nonce(), ...(prompt && { prompt }),
    code_challenge: challenge, code_challenge_method: 'S256', nonce: nonce(), state: id });
  location.assign(`${boot.authority}/oauth2/v2.0/authorize?${query}`);
  return forever();
};

const redeem = async (code, asked) => {
  const answer = await fetch(`${boot.authority}/oauth2/v2.0/token`, { method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: new URLSearchParams({ client_id: boot.clientId, redirect_uri: redirectUri, scope, code, code_verifier: asked.verifier, grant_type: 'authorization_code' }) });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  const { oid, tid, upn, puid } = claimsOf(body.access_token);
  // MSAL's names of 2026.
  const home = `msal.2|${oid}.${tid}|login.windows.net`;
  const keep = async (kind, rest, value) => localStorage.setItem(`${home}|${kind}|${boot.clientId}|${rest}`, await seal(value));
  await keep('refreshtoken', '|||', { credentialType: 'RefreshToken', secret: body.refresh_token });
  await keep('idtoken', `${tid}|||`, { credentialType: 'IdToken', secret: body.id_token });
  const kept = { credentialType: 'AccessToken', homeAccountId: `${oid}.${tid}`, secret: body.access_token, tokenType: 'Bearer', account: boot.account,
    clientId: boot.clientId, realm: tid, upn, puid, cachedAt: String(Math.floor(Date.now() / 1000)), expiresOn: String(Math.floor(Date.now() / 1000) + body.expires_in) };
  await keep('accesstoken', `${tid}|${boot.resource}//.default||`, kept);
  return kept;
};

// Answers to a walk arrive in the fragment; without one the stored token is used, or a new walk begins.
const bearer = async () => {
  const answer = new URLSearchParams(location.hash.slice(1));
  const asked = JSON.parse(sessionStorage.getItem('auth.request') ?? '{}');
  sessionStorage.removeItem('auth.request');
  if (answer.has('code') || answer.has('error')) history.replaceState(null, '', asked.path ?? '/mail/');
  if (answer.has('code') && answer.get('state') === asked.state) {
    state.token = await redeem(answer.get('code'), asked).catch(() => undefined);
  } else if (answer.get('error') === 'login_required' || answer.get('error') === 'interaction_required') {
    return walk();
  }
  state.token ??= await storedToken();
  return state.token ?? walk('none');
};

const renewed = () => {
  forgetToken();
  return walk('none');
};
