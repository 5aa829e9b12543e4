// Requests to OWA's service, with the headers that its own page sends.
let requests = 0;
const sessionId = crypto.randomUUID();
const vector = btoa(crypto.randomUUID()).slice(0, 22);
const cookie = (name) => document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);

const pending = new Map();
const throughWorker = (request) => new Promise((done) => {
  if (!state.worker) {
    state.worker = new Worker('/mail/owa.worker.js');
    state.worker.addEventListener('message', ({ data }) => { pending.get(data.id)(data.answer); pending.delete(data.id); });
  }
  const id = pending.size + crypto.randomUUID();
  pending.set(id, done);
  state.worker.postMessage({ ...request, id });
});
// The service worker serves the page from its second visit on; without one the page asks for itself.
const hides = ['service_worker', 'unseen'].includes(boot.fetchFrom);
if (hides) navigator.serviceWorker.register('/mail/0/sw.js', { scope: '/mail/' });
const throughServiceWorker = async (request) => {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  active.postMessage(request, [port2]);
  return new Promise((done) => { port1.onmessage = ({ data }) => done(data); });
};
const send = (request) => {
  if (boot.fetchFrom === 'worker') return throughWorker(request);
  const hidden = /StartupData|Find(Item|Conversation)|Get(Item|ConversationItems)$/.test(request.headers.action);
  if (hidden && (boot.fetchFrom === 'unseen' || (hides && navigator.serviceWorker.controller))) return throughServiceWorker(request);
  return exchange(request);
};

// A captured session of 2025 asks startup without the wish for ids that survive a move, lists and items with it.
const wantsImmutable = (action) => boot.ids === 'immutable' || (boot.ids === 'by_request' && action !== 'StartupData');
const sessionHeaders = (action) => ({
  action, authorization: `Bearer ${state.token.secret}`, 'x-anchormailbox': `PUID:${state.token.puid}@${state.token.realm}`,
  'x-owa-sessionid': sessionId, 'x-owa-correlationid': crypto.randomUUID(), 'ms-cv': `${vector}.${requests}`, 'x-req-source': 'Mail', 'x-owa-hosted-ux': 'false',
  prefer: `${wantsImmutable(action) ? 'IdType="ImmutableId", ' : ''}exchange.behavior="IncludeThirdPartyOnlineMeetingProviders"`,
  ...(cookie('X-OWA-CANARY') && { 'X-OWA-CANARY': cookie('X-OWA-CANARY') }),
});
const serviceHeaders = (action, source) => ({
  'X-OWA-CANARY': 'X-OWA-CANARY_cookie_is_null_or_empty', ...sessionHeaders(action), 'content-type': 'application/json; charset=utf-8',
  'x-client-version': boot.version, 'x-owa-actionsource': source, 'x-owa-priority': '0',
});

const retriable = (status) => [449, 408, 502].includes(status) || (status !== 0 && status < 100) || status > 599;

// Up to two attempts; a refused or expired session sends the whole page to fetch a new bearer first.
const attempt = async (build, limit, again) => {
  for (let count = 1; ; count += 1) {
    const answer = await send(build(count));
    if (answer.status === 401 || answer.status === 440) return renewed();
    if (count >= limit || !again(answer.status)) return answer;
    await wait(answer.status === 0 ? 5000 : 300 * count);
  }
};

const parsed = (answer) => {
  if (answer.status !== 200) throw new Error(answer.error || String(answer.status));
  const json = wellKnown(JSON.parse(answer.text), answer.shape);
  sessionStorage.removeItem('auth.tries');
  return json;
};

const header = (version) => ({ __type: 'JsonRequestHeaders:#Exchange', RequestServerVersion: version,
  TimeZoneContext: { __type: 'TimeZoneContext:#Exchange', TimeZoneDefinition: { __type: 'TimeZoneDefinitionType:#Exchange', Id: settings.timeZone } } });

// Of another mailbox, where one is named: its address takes the place of the anchor too.
const explicit = (mailbox) => (mailbox ? { 'x-owa-explicitlogonuser': mailbox, 'x-anchormailbox': mailbox } : {});

const service = async (action, source, version, body, mailbox) => {
  const json = JSON.stringify({ __type: `${action}JsonRequest:#Exchange`, Header: header(version), Body: body });
  const encoded = encodeURIComponent(json);
  const answer = await attempt((count) => {
    const large = encoded.length > 2048;
    return { url: `${boot.owa}service.svc?action=${action}&app=Mail&n=${requests++}`, body: large ? json : undefined,
      headers: { ...serviceHeaders(action, source), ...explicit(mailbox), ...(large ? {} : { 'x-owa-urlpostdata': encoded }),
        ...(count > 1 && { 'X-OWA-Attempt': String(count) }) } };
  }, 2, (status) => status === 0 || retriable(status));
  return parsed(answer);
};

// What the last start learned of the mailbox; a browser that was never here has nothing to say.
const startupParams = () => {
  const zone = localStorage.getItem('sdfp.zone');
  if (!zone) return {};
  const folderparams = JSON.stringify({ TimeZoneStr: zone, FolderPaneBitFlags: 2 });
  const messageparams = JSON.stringify({ TimeZoneStr: zone, InboxReadingPanePosition: 1, IsFocusedInboxOn: false, BootWithConversationView: true,
    SortResults: ['conversation:LastDeliveryOrRenewTime', 'conversation:LastDeliveryTime'].map((field) => (
      { Path: { __type: 'PropertyUri:#Exchange', FieldURI: field }, Order: 'Descending' })), IsSenderScreeningSettingEnabled: false });
  const FolderId = JSON.parse(localStorage.getItem('sdfp.calendar') ?? 'null');
  const day = (days) => new Date(Math.floor(Date.now() / 864e5 + days) * 864e5).toISOString().replace('.000Z', '+00:00');
  const calendarviewparams = JSON.stringify({ TimeZoneStr: zone, RangeStart: day(0), RangeEnd: day(7), FolderId });
  return { folderparams, messageparams, ...(FolderId && { calendarviewparams }) };
};

const startup = async () => {
  const answer = await attempt(() => ({ url: `${boot.owa}startupdata.ashx?app=Mail&n=${requests++}`, body: undefined,
    headers: { ...sessionHeaders('StartupData'), 'x-message-count': '25', 'x-js-experiment': '5', ...startupParams(),
      'x-owa-bootflights': 'auth-cacheTokenForMetaOsHub,auth-msaljs-business,workerasyncload' } }),
  5, (status) => [0, 204, 404].includes(status) || status >= 500);
  return parsed(answer);
};
