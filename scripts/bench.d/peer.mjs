// The same job by Puppeteer, in a Node.js process of its own: what a script does that reads mailboxes through Outlook's full
// page. It keeps cookies and the ids it knows in memory; it stores no mail, which is in its favour.
import puppeteer from 'puppeteer-core';

import { Mailbox } from './peer-mailbox.mjs';
import { signIn } from './peer-sign-in.mjs';

const START = 'https://outlook.office.com/mail/';

let options;
let browser;
const known = new Map();

// A blank page stays open, as in a browser that Puppeteer starts by itself: without any, Chromium ends its GPU process. What
// launch is given it changes, and a second launch with that would be another browser.
const launched = async () => {
  const browser = await puppeteer.launch(structuredClone(options));
  await browser.newPage();
  return browser;
};

const inContext = async (cookies, work) => {
  browser ??= await launched();
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
  // How the browser is started when it is wanted.
  prepare({ executablePath, args }) {
    options = { executablePath, args, headless: true, pipe: true, defaultViewport: null, waitForInitialPage: false };
  },

  async connect({ smtp, password }) {
    const { cookies } = await inContext([], (page) => signIn(page, START, smtp, password));
    known.set(smtp, { cookies });
  },

  // Both folders of some accounts: with `days` everything since then, as for the first time; else page one. And the details
  // of what is new.
  async cycle({ addresses, days }) {
    let fresh = 0;
    for (const account of addresses.map((smtp) => known.get(smtp))) {
      if (days) Object.assign(account, { ids: new Set(), horizon: Date.now() - days * 86_400_000 });
      const { result, cookies } = await inContext(account.cookies, async (page) => {
        const mailbox = new Mailbox(page, account, Boolean(days));
        await mailbox.open(START);
        return await mailbox.inbox() + await mailbox.sentItems();
      });
      account.cookies = cookies;
      fresh += result;
    }
    return { accounts: addresses.length, fresh };
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

  async close() {
    await browser?.close();
    browser = undefined;
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
