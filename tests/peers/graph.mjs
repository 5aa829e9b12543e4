// Microsoft's Graph client as it comes, against the simulator; environment as for msal_node.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublicClientApplication } from '@azure/msal-node';
import { BatchResponseContent, Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { Agent, ProxyAgent, request, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new ProxyAgent(process.env.HTTPS_PROXY));
const direct = new Agent();

const control = async (path, body, method = 'POST') => {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(process.env.OUTLOOK_SIM_CONTROL + path, { method, headers, body: JSON.stringify(body), dispatcher: direct });
  return answer.body.json();
};

// A client of a new account, signed in by the code of a device.
const signedIn = async (scopes = ['User.Read'], contacts = 0) => {
  await control('/knobs', { set: { identity: { device_interval_s: 1 } } });
  const account = await control('/accounts', { messages: 0, contacts });
  const { client_id: clientId } = await control('/identity/apps', { redirect_uris: ['http://localhost/cb'] });
  const app = new PublicClientApplication({ auth: { clientId, authority: 'https://login.microsoftonline.com/common' } });
  const deviceCodeCallback = ({ userCode }) => { control('/identity/device', { user_code: userCode, account: account.smtp }); };
  const { accessToken } = await app.acquireTokenByDeviceCode({ scopes, deviceCodeCallback });
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

const prefer = { headers: { Prefer: 'IdType="ImmutableId", odata.maxpagesize=4' } };

// Every item of a round, and the link to the next.
const round = async (client, link) => {
  const items = [];
  const first = await client.api(link).headers(prefer.headers).get();
  const iterator = new PageIterator(client, first, (item) => { items.push(item); return true; }, prefer);
  await iterator.iterate();
  return { items, next: iterator.getDeltaLink() };
};

const held = async (smtp, folder) => (await control(`/contacts/${smtp}`, undefined, 'GET')).filter((contact) => contact.folder_id === folder);

test('the page iterator walks every folder to its end, then only what changed', async () => {
  const { account: { smtp }, client } = await signedIn(['Contacts.ReadWrite'], 45);
  await control('/knobs', { account: smtp, set: { graph: { quirks: ['empty_pages'] } } });
  const { id: home } = await client.api('/me/contactFolders/contacts').get();
  const { items: folders } = await round(client, '/me/contactFolders/delta');
  assert.equal(folders.length, 2);
  for (const folder of [home, ...folders.map(({ id }) => id)]) {
    const before = await held(smtp, folder);
    const { items, next } = await round(client, `/me/contactFolders/${folder}/contacts/delta?$select=displayName`);
    assert.deepEqual(items.map(({ id }) => id).sort(), before.map((contact) => contact.immutable_id).sort());
    const [edited, removed] = before;
    await control(`/contacts/${smtp}/${edited.id}`, { members: { displayName: 'Changed' } }, 'PATCH');
    await control(`/contacts/${smtp}/${removed.id}`, undefined, 'DELETE');
    const { items: later, next: last } = await round(client, next);
    const told = Object.fromEntries(later.map((item) => [item.id, item['@removed']?.reason ?? item.displayName]));
    assert.deepEqual(told, { [edited.immutable_id]: 'Changed', [removed.immutable_id]: 'deleted' });
    assert.deepEqual((await round(client, last)).items, []);
  }
});

test('a contact is made, changed and deleted', async () => {
  const { account: { smtp }, client } = await signedIn(['Contacts.ReadWrite']);
  const made = await client.api('/me/contacts').post({ givenName: 'Ann', surname: 'Kite', emailAddresses: [{ address: 'ann@kite-sim.example' }] });
  assert.equal((await client.api(`/me/contacts/${made.id}`).patch({ jobTitle: 'Pilot' })).jobTitle, 'Pilot');
  const found = await client.api('/me/contacts').filter("emailAddresses/any(a:a/address eq 'ann@kite-sim.example')").get();
  assert.deepEqual(found.value.map(({ id }) => id), [made.id]);
  await assert.rejects(client.api(`/me/contacts/${made.id}`).header('If-Match', made['@odata.etag']).patch({ jobTitle: 'Owl' }),
    { statusCode: 412, code: 'ErrorIrresolvableConflict' });
  await client.api(`/me/contacts/${made.id}`).delete();
  assert.deepEqual((await control(`/contacts/${smtp}`, undefined, 'GET')).map(({ folder }) => folder), ['deleteditems']);
});

test('a batch brings an answer for each part', async () => {
  const { client } = await signedIn(['Contacts.Read'], 3);
  const requests = [{ id: 'list', method: 'GET', url: '/me/contacts' }, { id: 'none', method: 'GET', url: '/me/contacts/AAMk' }];
  const answer = new BatchResponseContent(await client.api('/$batch').post({ requests }));
  assert.equal(answer.getResponseById('list').status, 200);
  assert.equal(answer.getResponseById('none').status, 400);
});
