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
const NAMES = { usual: 'daemon', network: 'daemon by the page', again: 'daemon by the page', peer: 'Puppeteer' };
const BY_PAGE = { OWA__TIERS: '["network"]' };

const say = (text) => console.error(`==> ${new Date().toISOString().slice(11, 19)} ${text}`);
const exactly = (count) => ({ least: count, most: count });
const NOTHING = exactly(0);

export class Scenario {
  // Samples by system and phase, memory by openings. A cycle that read something else than it should is told in `wrong`:
  // what is fast because it read nothing is worth nothing.
  results = { usual: {}, network: {}, peer: {}, memory: [], wrong: [] };

  // A `long` one measures both orders of the first sync, the cycles of an hour, and memory over many openings.
  constructor(weight, runDir, size, long) {
    Object.assign(this, { weight, size, long });
    this.place = { bin: join(runDir, 'bin'), dir: join(runDir, 'tmp', weight), short: runDir };
  }

  async run() {
    await this.#connect();
    await this.#firstSyncs();
    await this.#nothingNew();
    await this.#tenNew();
    while (this.long && this.results.memory.at(-1).openings < this.size.openings) await this.#cycle('usual', 'more', NOTHING);
    await this.#end();
    return this.results;
  }

  async #connect() {
    const { place, size } = this;
    mkdirSync(place.dir);
    this.simulator = await Simulator.start(place, size);
    const began = Date.now();
    this.usual = await Daemon.prepare(place, this.simulator);
    say(`connecting ${size.accounts} accounts`);
    for (const account of this.simulator.accounts) await this.usual.connect(account);
    [this.network, this.again] = ['network', 'again'].map((name) => this.usual.copy(name, BY_PAGE));
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

  async #firstSyncs() {
    await this.usual.start();
    await this.#remember(0);
    await this.#cycle('usual', 'first', this.history);
    this.arguments = browserArguments(this.usual.pid);
    this.peer = new Puppeteer();
    await this.#signIn();
    await this.#firstByPage('network');
    await this.#firstByPeer();
    if (!this.long) return;
    // Once more in the other order, since the machine's speed drifts.
    await this.peer.close();
    await this.#firstByPeer();
    await this.#firstByPage('again');
    await this.again.stop();
  }

  // Sessions for Puppeteer, from the sign-in pages; its browser is then closed, so that all begin without one.
  async #signIn() {
    say('signing Puppeteer in');
    await this.simulator.weigh('light');
    await this.#launch();
    for (const account of this.simulator.accounts) await this.peer.connect(account);
    await this.simulator.weigh(this.weight);
    this.results.weight = await this.peer.weight();
    await this.peer.close();
  }

  #launch() {
    return this.peer.launch(BROWSER, this.arguments, this.simulator.https);
  }

  async #firstByPage(system) {
    await this[system].start();
    await this.#cycle(system, 'first', this.history);
  }

  // The peer keeps older mail of conversations that reach into the history.
  #firstByPeer() {
    const { accounts, messages } = this.size;
    return this.#measure('peer', 'first', { ...this.history, most: accounts * messages }, async () => {
      await this.#launch();
      return this.peer.cycle(DAYS);
    });
  }

  // The others' turns lie between those of the hour, for the same reason.
  async #nothingNew() {
    for (let cycle = 0; cycle < (this.long ? HOUR : 2); cycle += 1) {
      const dead = cycle === 1;
      if (dead) await this.simulator.expireBearers();
      await this.#cycle('usual', dead ? 'renewal' : 'nothing', NOTHING);
      if (cycle % (HOUR / 2) !== 0) continue;
      for (const system of cycle ? ['peer', 'network'] : ['network', 'peer']) await this.#cycle(system, 'nothing', NOTHING);
    }
  }

  async #tenNew() {
    for (const order of [['usual', 'network', 'peer'], ['peer', 'network', 'usual']]) {
      await this.simulator.deliver(NEW);
      for (const system of order) await this.#cycle(system, 'ten', exactly(NEW * this.size.accounts));
    }
  }

  async #cycle(system, phase, expected) {
    await this.#measure(system, phase, expected, () => this[system].cycle());
    if (system === 'usual') await this.#remember(this.results.memory.at(-1).openings + this.size.accounts);
  }

  async #remember(openings) {
    await this.usual.health();
    this.results.memory.push({ openings, ...pss(this.usual.pid) });
  }

  async #measure(system, phase, { least, most }, work) {
    const name = `${this.weight}: ${NAMES[system]}, ${phase}`;
    say(name);
    const sample = await measured(this[system], work);
    const { accounts, fresh, failed = 0 } = sample.result;
    if (accounts !== this.size.accounts || failed || fresh < least || fresh > most) {
      this.results.wrong.push(`${name}: ${accounts} accounts, ${fresh} new, ${failed} failed; expected ${this.size.accounts} accounts, ${least} to ${most} new, 0 failed`);
      say(`  WRONG: ${this.results.wrong.at(-1)}`);
    }
    say(`  ${(sample.wall / accounts).toFixed(2)} s, ${(sample.cpu / accounts).toFixed(2)} CPU s per account`);
    const kept = system === 'again' ? 'network' : system;
    (this.results[kept][phase] ??= []).push({ ...sample, accounts });
  }

  async #end() {
    await Promise.all([this.usual.stop(), this.network.stop(), this.peer.close()]);
    this.peer.end();
    await this.simulator.stop();
  }
}
