// Takes pictures of the dashboard: shots.mjs DIR, with the link that signs in on standard input.
import puppeteer from 'puppeteer-core';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const [, , dir] = process.argv;
const link = (await text(process.stdin)).match(/https?:\/\/\S+/)[0];
const { origin } = new URL(link);
const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--hide-scrollbars'] });
const page = await browser.newPage();

async function show(path, { width = 1200, height = 800, scheme = 'light' } = {}) {
  await page.setViewport({ width, height, deviceScaleFactor: 1 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(new URL(path, origin).href, { waitUntil: 'load' });
}

const take = (name, whole = false) => page.screenshot({ path: join(dir, `${name}.png`), fullPage: whole });

// Where the first link leads whose address matches.
const where = (pattern) => page.$$eval('a', (links, source) => links.map(({ pathname }) => pathname).find((path) => new RegExp(source).test(path)), pattern.source);

async function follow(pattern, look) {
  const path = await where(pattern);
  if (!path) throw new Error(`${page.url()} has no link to ${pattern}`);
  await show(path, look);
}

await page.goto(link);
await Promise.all([page.waitForNavigation(), page.click('main button')]);
await show('/ui');
await take('overview');
await show('/ui', { scheme: 'dark' });
await take('overview-dark');
await show('/ui/connect');
await take('connect');
await show('/ui/accounts');
await follow(/^\/ui\/accounts\/[^/]+$/);
await take('account', true);
const account = new URL(page.url()).pathname;
await show(account, { width: 390, height: 844 });
await take('account-phone');
await show(`${account}/messages`);
await take('messages');
await follow(/\/messages\/[^/]+$/);
await take('message');
await show(`${account}/contacts`);
await take('contacts');
await follow(/\/contacts\/[0-9a-f-]{20,}$/);
await take('contact', true);
await show(`${account}/disconnect`);
await take('disconnect');
await browser.close();
