// What is measured with one weight of the page: the daemon as it ships, the daemon by the page alone, and Puppeteer.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Daemon } from './daemon.mjs';
import { measured } from './measure.mjs';
import { browserArguments, pss } from './machine.mjs';
import { Puppeteer } from './puppeteer.mjs';
import { Simulator } from './simulator.mjs';

export const BROWSER = '/usr/bin/chromium';
// Twelve cycles are an hour. A bearer lives 60 to 80 minutes, so one of them finds it dead.
export const HOUR = 12;
const DAYS = 30;
const NEW = 10;
const NAMES = { usual: 'daemon', network: 'daemon by the page', peer: 'Puppeteer' };
const exactly = (count) => ({ least: count, most: count });
const NOTHING = exactly(0);

const say = (text) => console.error(`==> ${new Date().toISOString().slice(11, 19)} ${text}`);
const sum = (samples, of) => samples.reduce((total, sample) => total + of(sample), 0);
const peak = (samples, part) => Math.max(...samples.map((sample) => sample.peak[part]));
const total = (samples) => ({
  ...Object.fromEntries(['accounts', 'fresh', 'failed', 'wall', 'driver', 'browser', 'cpu'].map((name) => [name, sum(samples, (sample) => sample[name])])),
  peak: { driver: peak(samples, 'driver'), browser: peak(samples, 'browser') },
});
const some = (accounts, count) => Array.from({ length: Math.ceil(accounts.length / count) }, (_, index) => accounts.slice(index * count, (index + 1) * count));

export class Scenario {
  // Samples by system and phase, memory by openings. A cycle that read something else than it should is told in `wrong`:
  // what is fast because it read nothing is worth nothing.
  results = { usual: {}, network: {}, peer: {}, memory: [], wrong: [] };

  // A `long` one measures the cycles of an hour, and memory over many openings.
  constructor(weight, runDir, size, long) {
    Object.assign(this, { weight, size, long });
    this.place = { bin: join(runDir, 'bin'), dir: join(runDir, 'tmp', weight), short: join(runDir, 'tmp') };
  }

  async run() {
    await this.#connect();
    await this.#firstSync();
    await this.#nothingNew();
    await this.#tenNew();
    while (this.long && this.results.memory.at(-1).openings < this.size.openings) await this.#usual('more', NOTHING);
    await this.#end();
    return this.results;
  }

  get #accounts() {
    return this.simulator.accounts;
  }

  async #connect() {
    const { place, size } = this;
    mkdirSync(place.dir);
    this.simulator = await Simulator.start(place, size);
    const began = Date.now();
    this.usual = await Daemon.prepare(place, this.simulator);
    say(`connecting ${size.accounts} accounts`);
    for (const account of this.#accounts) await this.usual.connect(account);
    this.network = this.usual.copy('network', { OWA__TIERS: '["network"]' });
    await this.network.only([]);
    if (this.long) await this.#register(size.registered - size.accounts);
    // The history of an account begins that long before it was connected.
    this.history = { least: await this.simulator.expected(DAYS), most: await this.simulator.expected(DAYS, began) };
    await this.simulator.weigh(this.weight);
  }

  async #register(count) {
    say(`registering ${count} accounts more`);
    await this.usual.register(count);
    if (await this.usual.registered() !== this.size.registered) throw new Error('not every account was registered');
  }

  async #firstSync() {
    await this.usual.start();
    await this.#remember(0);
    await this.#usual('first', this.history);
    this.peer = new Puppeteer();
    await this.#signIn();
    await this.network.start();
    // The peer keeps older mail of conversations that reach into the history.
    await this.#byPage('first', this.history, { ...this.history, most: this.size.accounts * this.size.messages }, DAYS);
  }

  // Sessions for Puppeteer, from the sign-in pages; its browser is then closed, so that all begin without one.
  async #signIn() {
    say('signing Puppeteer in');
    await this.simulator.weigh('light');
    await this.peer.prepare(BROWSER, browserArguments(this.usual.pid), this.simulator.https);
    for (const account of this.#accounts) await this.peer.connect(account);
    await this.simulator.weigh(this.weight);
    this.results.weight = await this.peer.weight();
    await this.peer.close();
  }

  // The page's turns lie between those of the hour.
  async #nothingNew() {
    for (let cycle = 0; cycle < (this.long ? HOUR : 2); cycle += 1) {
      const dead = cycle === 1;
      if (dead) await this.simulator.expireBearers();
      await this.#usual(dead ? 'renewal' : 'nothing', NOTHING);
      if (cycle % (HOUR / 2) === 0) await this.#byPage('nothing', NOTHING);
    }
  }

  async #tenNew() {
    const ten = exactly(NEW * this.size.accounts);
    for (let time = 0; time < 2; time += 1) {
      await this.simulator.deliver(NEW);
      await this.#usual('ten', ten);
      await this.#byPage('ten', ten);
    }
  }

  async #usual(phase, expected) {
    this.#keep('usual', phase, expected, [await this.#measure('usual', () => this.usual.cycle())]);
    await this.#remember(this.results.memory.at(-1).openings + this.size.accounts);
  }

  // Daemon and Puppeteer take turns, two accounts at a time and each first as often as the other: a machine's speed drifts by
  // a third within minutes.
  async #byPage(phase, expected, peers = expected, days) {
    const samples = { network: [], peer: [] };
    const read = {
      network: async (accounts) => {
        await this.network.only(accounts);
        return this.#measure('network', () => this.network.cycle());
      },
      peer: (accounts) => this.#measure('peer', () => this.peer.cycle(accounts, days)),
    };
    for (const [index, accounts] of some(this.#accounts, 2).entries()) {
      for (const system of index % 2 ? ['peer', 'network'] : ['network', 'peer']) samples[system].push(await read[system](accounts));
    }
    this.#keep('network', phase, expected, samples.network);
    this.#keep('peer', phase, peers, samples.peer);
  }

  async #remember(openings) {
    await this.usual.health();
    this.results.memory.push({ openings, ...pss(this.usual.pid) });
  }

  async #measure(system, work) {
    const { result: { accounts, fresh, failed = 0 }, ...sample } = await measured(this[system], work);
    return { ...sample, accounts, fresh, failed };
  }

  #keep(system, phase, { least, most }, samples) {
    const sample = total(samples);
    const { accounts, fresh, failed, wall, cpu } = sample;
    const name = `${this.weight}: ${NAMES[system]}, ${phase}`;
    say(`${name}: ${(wall / accounts).toFixed(2)} s, ${(cpu / accounts).toFixed(2)} CPU s per account`);
    (this.results[system][phase] ??= []).push(sample);
    if (accounts === this.size.accounts && !failed && fresh >= least && fresh <= most) return;
    this.results.wrong.push(`${name}: ${accounts} accounts, ${fresh} new, ${failed} failed; expected ${this.size.accounts} accounts, ${least} to ${most} new, 0 failed`);
    say(`  WRONG: ${this.results.wrong.at(-1)}`);
  }

  async #end() {
    await Promise.all([this.usual.stop(), this.network.stop(), this.peer.close()]);
    this.peer.end();
    await this.simulator.stop();
  }
}
