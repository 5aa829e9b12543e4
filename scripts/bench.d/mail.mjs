// Reading mailboxes: the daemon as it ships, the daemon opening Outlook's full page each time, and Puppeteer doing that.
// mail.mjs RUN_DIR [--quick]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Daemon } from './daemon.mjs';
import { measured } from './measure.mjs';
import { browserArguments, pss } from './machine.mjs';
import { stopAll } from './programs.mjs';
import { Puppeteer } from './puppeteer.mjs';
import { report } from './report.mjs';
import { Simulator } from './simulator.mjs';

const BROWSER = '/usr/bin/chromium';
const DAYS = 30;
const NEW = 10;
// Twelve cycles are an hour. A bearer lives 60 to 80 minutes, so one of them finds it dead.
const HOUR = 12;

const [runDir, mode] = process.argv.slice(2);
const size = mode === '--quick'
  ? { accounts: 3, messages: 50, registered: 20, openings: 0, command: 'scripts/bench mail --quick' }
  : { accounts: 20, messages: 200, registered: 1000, openings: 300, command: 'scripts/bench mail' };
const say = (text) => console.error(`==> ${new Date().toISOString().slice(11, 19)} ${text}`);

// Every cycle is checked: what is fast because it read nothing is worth nothing. A wrong one is told and misses the bars.
const wrong = [];
const verified = async (name, system, expected, work) => {
  say(name);
  const sample = await measured(system, work);
  const { accounts, fresh, failed = 0 } = sample.result;
  if (accounts !== size.accounts || failed || fresh < expected.least || fresh > expected.most) {
    wrong.push(`${name}: ${accounts} accounts, ${fresh} new, ${failed} failed; expected ${size.accounts} accounts, ${expected.least} to ${expected.most} new, 0 failed`);
    say(`  WRONG: ${wrong.at(-1)}`);
  }
  say(`  ${(sample.wall / accounts).toFixed(2)} s, ${(sample.cpu / accounts).toFixed(2)} CPU s per account`);
  return { ...sample, accounts };
};
const exactly = (count) => ({ least: count, most: count });

const connected = async (place, simulator) => {
  const daemon = await Daemon.prepare(place, simulator);
  say(`connecting ${size.accounts} accounts`);
  for (const account of simulator.accounts) await daemon.connect(account);
  return daemon;
};

const register = async (daemon) => {
  const count = size.registered - size.accounts;
  say(`registering ${count} accounts more`);
  await daemon.register(count);
  if (await daemon.registered() !== size.registered) throw new Error('not every account was registered');
};

// Sessions for Puppeteer, from the sign-in pages; its browser is then closed, so that all begin without one.
const signedIn = async (peer, simulator, args) => {
  say('signing Puppeteer in');
  await peer.launch(BROWSER, args, simulator.https);
  for (const account of simulator.accounts) await peer.connect(account);
};

const scenario = async (weight, { hour }) => {
  const place = { bin: join(runDir, 'bin'), dir: join(runDir, 'tmp', weight), short: runDir };
  mkdirSync(place.dir);
  const simulator = await Simulator.start(place, size);
  const began = Date.now();
  const usual = await connected(place, simulator);
  const [network, again] = ['network', 'again'].map((name) => usual.copy(name, { OWA__TIERS: '["network"]' }));
  if (hour) await register(usual);
  const all = exactly(NEW * size.accounts);
  // The history of an account begins that long before it was connected. The peer keeps older mail of conversations that
  // reach into it.
  const first = { least: await simulator.expected(DAYS), most: await simulator.expected(DAYS, began) };
  const peers = { ...first, most: size.accounts * size.messages };
  const results = { usual: {}, network: {}, peer: {}, memory: [] };
  const keep = (system, phase, sample) => (results[system][phase] ??= []).push(sample);

  await simulator.weigh(weight);
  await usual.start();
  await usual.health();
  results.memory.push({ openings: 0, ...pss(usual.pid) });
  keep('usual', 'first', await verified(`${weight}: daemon, first sync`, usual, first, () => usual.cycle()));
  const args = browserArguments(usual.pid);
  const firstByPage = async (daemon) => {
    await daemon.start();
    keep('network', 'first', await verified(`${weight}: daemon by the page, first sync`, daemon, first, () => daemon.cycle()));
  };
  const peer = new Puppeteer();
  const firstByPeer = async () => keep('peer', 'first', await verified(`${weight}: Puppeteer, first sync`, peer, peers, async () => {
    await peer.launch(BROWSER, args, simulator.https);
    return peer.cycle(DAYS);
  }));
  await simulator.weigh('light');
  await signedIn(peer, simulator, args);
  await simulator.weigh(weight);
  results.weight = await peer.weight();
  await peer.close();
  await firstByPage(network);
  await firstByPeer();
  if (hour) {
    // Once more in the other order, since the machine's speed drifts.
    await peer.close();
    await firstByPeer();
    await firstByPage(again);
    await again.stop();
  }

  const systems = { usual: () => usual.cycle(), network: () => network.cycle(), peer: () => peer.cycle() };
  const one = async (system, phase, count) => {
    const name = { usual: 'daemon', network: 'daemon by the page', peer: 'Puppeteer' }[system];
    await simulator.requests();
    const subject = { usual, network, peer }[system];
    const sample = await verified(`${weight}: ${name}, ${phase}`, subject, count, systems[system]);
    keep(system, phase, { ...sample, requests: await simulator.requests() });
    if (system !== 'usual') return;
    await usual.health();
    results.memory.push({ openings: results.memory.at(-1).openings + size.accounts, ...pss(usual.pid) });
  };
  const nothing = exactly(0);
  // The others' turns lie between those of the hour, for the same reason.
  for (let cycle = 0; cycle < (hour ? HOUR : 2); cycle += 1) {
    const dead = cycle === 1;
    if (dead) await simulator.expireBearers();
    await one('usual', dead ? 'renewal' : 'nothing', nothing);
    if (cycle % (HOUR / 2) !== 0) continue;
    for (const system of cycle ? ['peer', 'network'] : ['network', 'peer']) await one(system, 'nothing', nothing);
  }
  for (const order of [['usual', 'network', 'peer'], ['peer', 'network', 'usual']]) {
    await simulator.deliver(NEW);
    for (const system of order) await one(system, 'ten', all);
  }
  while (hour && results.memory.at(-1).openings < size.openings) await one('usual', 'more', nothing);

  await Promise.all([usual.stop(), network.stop(), peer.close()]);
  peer.end();
  await simulator.stop();
  return results;
};

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stopAll().finally(() => process.exit(1)));
try {
  const full = await scenario('full', { hour: true });
  const light = await scenario('light', { hour: false });
  const { text, missed } = report({ full, light, size, hour: HOUR, browser: BROWSER, wrong });
  console.log(text);
  process.exitCode = missed ? 1 : 0;
} catch (error) {
  console.error(error.stack);
  await stopAll();
  process.exit(70);
}
