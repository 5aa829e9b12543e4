// An opened mailbox: the JSON that Outlook's page fetches for itself, and one request of our own with the page's headers.
const LIST = /\/owa\/service\.svc\?action=FindConversation/;
const STARTUP = /\/owa\/startupdata\.ashx/;
// As many as the daemon asks for at once.
const ITEMS = 20;

const SCROLLER = '#MailList .customScrollBar';

export class Mailbox {
  #pages = [];
  #waiting = [];

  // `account` has the ids that are known and the horizon: older mail is left alone. `whole` reads down to it, else page one.
  constructor(page, { ids, horizon }, whole) {
    Object.assign(this, { page, known: ids, horizon, whole });
    page.on('response', (answer) => this.#take(answer));
  }

  async #take(answer) {
    const startup = STARTUP.test(answer.url());
    if (answer.status() !== 200 || !(startup || LIST.test(answer.url()))) return;
    const json = await answer.json();
    if (startup) {
      this.headers = answer.request().headers();
      this.folders = json.findFolders.Body.ResponseMessages.Items[0].RootFolder.Folders;
    }
    this.#pages.push((startup ? json.findConversation : json).Body);
    this.#waiting.shift()?.();
  }

  // The next list that the page has fetched.
  async #next() {
    if (!this.#pages.length) {
      await new Promise((done, fail) => {
        this.#waiting.push(done);
        setTimeout(fail, 60_000, new Error('no list within a minute')).unref();
      });
    }
    return this.#pages.shift();
  }

  async open(start) {
    await this.page.goto(start, { waitUntil: 'domcontentloaded' });
    this.first = await this.#next();
    await this.page.waitForSelector('[role="option"]');
  }

  inbox() {
    return this.#folder(this.first);
  }

  // By a click in the folder pane, which spares a second load of the page. Names are the mailbox's language.
  async sentItems() {
    const { DisplayName: name } = this.folders.find((folder) => folder.DistinguishedFolderId === 'sentitems');
    await this.page.click(`[role="treeitem"][data-folder-name="${name.toLowerCase()}"]`);
    return this.#folder(await this.#next());
  }

  async #folder(page) {
    const ids = this.#idsOf(page);
    let last = page;
    while (this.#goesOn(last)) {
      await this.page.$eval(SCROLLER, (scroller) => { scroller.scrollTop = scroller.scrollHeight; });
      last = await this.#next();
      ids.push(...this.#idsOf(last));
    }
    return this.#details(ids.filter((id) => !this.known.has(id)));
  }

  #isRecent({ LastDeliveryTime }) {
    return Date.parse(LastDeliveryTime) >= this.horizon;
  }

  #idsOf({ Conversations: rows }) {
    return rows.filter((row) => this.#isRecent(row)).flatMap((row) => row.ItemIds.map(({ Id }) => Id));
  }

  #goesOn({ Conversations: rows, IndexedOffset, TotalConversationsInView }) {
    return this.whole && rows.length && IndexedOffset < TotalConversationsInView && this.#isRecent(rows.at(-1));
  }

  // Bodies, recipients, Internet message ids. Opening rows one by one would cost far more.
  async #details(ids) {
    let count = 0;
    for (let at = 0; at < ids.length; at += ITEMS) {
      const batch = ids.slice(at, at + ITEMS);
      const json = JSON.parse(await this.page.evaluate(getItems, batch, this.#sessionHeaders()));
      count += json.Body.ResponseMessages.Items.filter((item) => item.ResponseClass === 'Success').length;
      batch.forEach((id) => this.known.add(id));
    }
    return count;
  }

  #sessionHeaders() {
    const names = ['authorization', 'x-anchormailbox', 'x-owa-canary', 'prefer', 'x-req-source', 'x-client-version', 'x-owa-hosted-ux', 'x-owa-sessionid'];
    return Object.fromEntries(names.filter((name) => this.headers[name]).map((name) => [name, this.headers[name]]));
  }
}

// Runs in the page.
const getItems = async (ids, headers) => {
  const shape = { __type: 'ItemResponseShape:#Exchange', BaseShape: 'IdOnly', AddBlankTargetToLinks: true, BlockContentFromUnknownSenders: false,
    BlockExternalImagesIfSenderUntrusted: true, ClientSupportsIrm: true, FilterHtmlContent: true, MaximumBodySize: 2097152, MaximumRecipientsToReturn: 500 };
  const zone = { __type: 'TimeZoneContext:#Exchange', TimeZoneDefinition: { __type: 'TimeZoneDefinitionType:#Exchange', Id: 'UTC' } };
  const body = { __type: 'GetItemJsonRequest:#Exchange', Header: { __type: 'JsonRequestHeaders:#Exchange', RequestServerVersion: 'V2017_08_18', TimeZoneContext: zone },
    Body: { __type: 'GetItemRequest:#Exchange', ItemIds: ids.map((Id) => ({ __type: 'ItemId:#Exchange', Id })), ItemShape: shape, ShapeName: 'ItemNormalizedBody' } };
  const answer = await fetch('/owa/service.svc?action=GetItem&app=Mail', { method: 'POST', credentials: 'include', body: JSON.stringify(body),
    headers: { ...headers, action: 'GetItem', 'content-type': 'application/json; charset=utf-8' } });
  return answer.text();
};
