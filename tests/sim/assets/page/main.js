// Start: bearer, startup data beside the page's scripts and styles, then the list; afterwards the address decides.
const load = (tag, attrs) => new Promise((done) => {
  const node = el(tag, { ...attrs, crossorigin: 'anonymous' });
  for (const event of ['load', 'error']) node.addEventListener(event, done);
  document.head.append(node);
});
const assets = () => Promise.all([
  ...boot.assets.scripts.map((src) => load('script', { src })),
  ...boot.assets.styles.map((href) => load('link', { rel: 'stylesheet', href })),
  ...boot.assets.fonts.map((href) => load('link', { rel: 'preload', as: 'font', type: 'font/woff2', href })),
  ...boot.assets.icons.map((src) => load('img', { src })),
  ...boot.assets.settings.map((url) => fetch(url).then((answer) => answer.json()).catch(() => undefined)),
]);
const measure = () => boot.assets.telemetry.map((url) => fetch(url, { method: 'POST', keepalive: true,
  body: JSON.stringify({ plt: performance.now(), session: sessionId }) }).catch(() => undefined));

const learn = (startupData) => {
  const { SessionSettings: session, UserOptions: options } = startupData.owaUserConfig;
  words = boot.words[(session.UserCulture ?? 'en-US').split('-')[0]] ?? boot.words.en;
  settings = { dateFormat: options.DateFormat ?? 'M/d/yyyy', timeFormat: options.TimeFormat ?? 'h:mm tt', timeZone: options.TimeZone ?? 'UTC',
    weekStart: options.WeekStartDay ?? 0, conversations: startupData.findConversation !== undefined };
  localStorage.setItem('sdfp.zone', settings.timeZone);
  const calendar = startupData.findFolders?.Body?.ResponseMessages?.Items?.[0]?.RootFolder?.Folders
    .find((folder) => folder.DistinguishedFolderId === 'calendar');
  if (calendar) localStorage.setItem('sdfp.calendar', JSON.stringify(calendar.FolderId));
  document.title = `Mail - ${session.UserDisplayName} - Outlook`;
  document.documentElement.dir = words.rtl ? 'rtl' : 'ltr';
  state.name = session.UserDisplayName;
  state.folders = foldersOf(startupData);
  state.firstPage = startupData.findConversation ?? startupData.findMailFolderItem;
};

// What acts on the open mail, as menu items of the ribbon (organisciak/outlook-web-skill, 2026-02). It is only drawn: a click
// asks the service for an action that it does not know, and so shows in the log.
const ribbon = () => el('div', { role: 'menubar', 'aria-label': words.ribbon, 'data-app-section': 'Ribbon' },
  ...['newMail', 'reply', 'replyAll', 'forward', 'delete'].map((name) => el('button', { role: 'menuitem', 'aria-label': words[name],
    onclick: () => service(`Ribbon_${name}`, 'Ribbon', 'V2018_01_08', {}).catch(() => undefined) }, words[name])));

const frame = () => document.getElementById('app').replaceChildren(
  el('div', { class: 'suite', role: 'banner' }, el('input', { id: 'topSearchInput', type: 'search', role: 'combobox', 'aria-label': 'Search' }),
    el('div', { 'data-app-section': 'NotificationPane' })),
  ribbon(),
  el('div', { class: 'panes' }, el('div', { 'data-app-section': 'NavigationPane', role: 'region', 'aria-label': words.navigation }),
    el('div', { id: 'MailList', 'data-app-section': 'MessageList', role: 'complementary' }),
    el('div', { 'data-app-section': 'MailReadCompose', role: 'main', 'aria-label': words.reading })));

const folderAt = (path) => state.folders.find((folder) => folder.path === path) ?? state.folders.find((folder) => folder.kind === 'inbox');

// Startup always carries the inbox: it is used once, every other opening of a folder asks for its first page.
const rowsOf = async (folder) => {
  if (folder.kind !== 'inbox' || !state.firstPage) return findRows(folder);
  const page = pageOf(state.firstPage);
  delete state.firstPage;
  return page;
};

const openFolder = async (folder) => {
  if (folder === state.folder) return;
  Object.assign(state, { folder, selected: undefined });
  drawFolders(document.querySelector('[data-app-section="NavigationPane"]'));
  list.mount(document.getElementById('MailList'));
  try {
    const page = await rowsOf(folder);
    if (folder === state.folder) list.reset(page);
  } catch (failure) {
    list.reset({ rows: [], more: false });
    list.failed = failure;
    list.draw();
  }
};

const route = async () => {
  const [, , path, , id] = location.pathname.split('/');
  await openFolder(folderAt(path));
  const open = id && decodeURIComponent(id);
  const row = list.rows.find((each) => each.openId === open);
  if (open) list.select(row?.key);
  await drawReading(open);
  if (row?.unread) await markRead(row);
};
const navigate = (url) => { history.pushState(null, '', url); return route(); };
const openRow = (row) => navigate(`/mail/${state.folder.path}/id/${encodeURIComponent(row.openId)}`);

const start = async () => {
  await bearer();
  const [startupData] = await Promise.all([startup(), assets()]);
  learn(startupData);
  frame();
  document.getElementById('loadingScreen').remove();
  window.addEventListener('popstate', route);
  // Bring the bearer's renewal forward, as the real page does, so that no request meets a dead one.
  setTimeout(renewed, Math.max(1000, Number(state.token.expiresOn) * 1000 - Date.now() - 5000));
  await route();
  await lookIntoShared();
  await lookAround();
  measure();
};

start().catch((failure) => {
  document.getElementById('loadingScreen').replaceChildren(el('div', { id: 'errorScreen', role: 'alert' }, `Something went wrong. ${failure.message}`));
});
