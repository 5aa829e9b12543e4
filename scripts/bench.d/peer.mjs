// The same job by Puppeteer, in a Node.js process of its own: what a script does that reads mailboxes through Outlook's full
// page. It keeps cookies and the ids it knows in memory; it stores no mail, which is in its favour.
import puppeteer from 'puppeteer-core';

import { Mailbox } from './peer-mailbox.mjs';
import { signIn } from './peer-sign-in.mjs';

const START = 'https://outlook.office.com/mail/';

let browser;
const known = new Map();

const inContext = async (cookies, work) => {
  const context = await browser.createBrowserContext();
  try {
    if (cookies.length) await context.setCookie(...cookies);
    const result = await work(await context.newPage());
    return { result, cookies: await context.cookies() };
  } finally {
    await context.close();
  }
};

const jobs = {
  async launch({ executablePath, args }) {
    browser = await puppeteer.launch({ executablePath, args, headless: true, pipe: true, defaultViewport: null, waitForInitialPage: false });
  },

  async connect({ smtp, password }) {
    const { cookies } = await inContext([], (page) => signIn(page, START, smtp, password));
    known.set(smtp, { cookies });
  },

  // Both folders of every account: with `days` everything since then, as for the first time; else page one. And the details
  // of what is new.
  async cycle({ days }) {
    let fresh = 0;
    for (const account of known.values()) {
      if (days) Object.assign(account, { ids: new Set(), horizon: Date.now() - days * 86_400_000 });
      const { result, cookies } = await inContext(account.cookies, async (page) => {
        const mailbox = new Mailbox(page, account, Boolean(days));
        await mailbox.open(START);
        return await mailbox.inbox() + await mailbox.sentItems();
      });
      account.cookies = cookies;
      fresh += result;
    }
    return { accounts: known.size, fresh };
  },

  // Requests and bytes of one opening of the page.
  async weight() {
    const weight = { requests: 0, bytes: 0, script: 0 };
    const [{ cookies }] = known.values();
    await inContext(cookies, async (page) => {
      const answers = [];
      page.on('response', (answer) => answers.push(answer));
      await page.goto(START);
      await page.waitForSelector('[role="option"]');
      await page.waitForNetworkIdle();
      for (const answer of answers.filter((each) => each.url().startsWith('https:'))) {
        const bytes = await answer.buffer().then((body) => body.length, () => 0);
        weight.requests += 1;
        weight.bytes += bytes;
        if (answer.request().resourceType() === 'script') weight.script += bytes;
      }
    });
    return weight;
  },

  close() {
    return browser.close();
  },
};

process.on('disconnect', () => process.exit());
process.on('message', async ({ job, ...wish }) => {
  try {
    process.send({ answer: await jobs[job](wish) ?? {} });
  } catch (error) {
    process.send({ error: error.stack });
  }
});
