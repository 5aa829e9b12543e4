// One large mailbox beside a small one: the first sync to its end while mail arrives, cycles with nothing new, a sweep.
// large.mjs RUN_DIR [--quick]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Daemon } from './daemon.mjs';
import { description, pss } from './machine.mjs';
import { measured } from './measure.mjs';
import { run, stopAll } from './programs.mjs';
import { table } from './report.mjs';
import { BROWSER } from './scenario.mjs';
import { Simulator } from './simulator.mjs';

const [runDir, mode] = process.argv.slice(2);
const sizes = [1000, mode === '--quick' ? 50_000 : 500_000];
const FOLDERS = ['inbox', 'sent', 'archive', 'junk'];
const ARRIVING = 10;
const LOOK = 2000;
const QUIET_CYCLES = 5;

const say = (text) => console.error(`==> ${new Date().toISOString().slice(11, 19)} ${text}`);
const pause = (time) => new Promise((done) => { setTimeout(done, time); });
const seconds = (began) => (performance.now() - began) / 1000;
const largest = (numbers) => Math.max(...numbers);

class Mailbox {
  // What did not come out as it should is told in `wrong`.
  wrong = [];

  constructor(messages) {
    this.messages = messages;
    this.place = { bin: join(runDir, 'bin'), dir: join(runDir, 'tmp', `${messages}`), short: join(runDir, 'tmp') };
  }

  async run() {
    mkdirSync(this.place.dir);
    this.simulator = await Simulator.start(this.place, { accounts: 1, messages: this.messages });
    this.daemon = await Daemon.prepare(this.place, this.simulator);
    Object.assign(this.daemon.settings, { SYNC__HISTORY: '70d', SYNC__FOLDERS: JSON.stringify(FOLDERS) });
    await this.daemon.connect(this.simulator.accounts[0]);
    await this.daemon.start();
    await this.#import();
    await this.#untilSwept();
    const quiet = await this.#quiet();
    await this.daemon.stop();
    await this.#sweep();
    await this.#compare();
    await this.daemon.stop();
    await this.simulator.stop();
    return { ...this, quiet };
  }

  async #query(sql) {
    const log = join(this.place.dir, 'sqlite3.log');
    const output = await run('sqlite3', ['-readonly', '-cmd', '.timeout 10000', this.daemon.database, sql], { log });
    return output.trim().split('\n').map((row) => row.split('|'));
  }

  async #number(sql) {
    return Number((await this.#query(sql))[0][0]);
  }

  // The daemon goes on by itself. Mail arrives each time when what arrived before is stored.
  async #import() {
    const began = performance.now();
    const first = this.daemon.cycle();
    this.import = { memory: [], waits: [], told: 0 };
    await this.simulator.clearRequests();
    await first;
    this.#look(0, seconds(began));
    let arrived = await this.#arrive();
    while (await this.#number('SELECT COUNT(*) FROM part_state WHERE import_since IS NOT NULL')) {
      await pause(LOOK);
      this.#look(await this.#number('SELECT SUM(held) FROM folder'), seconds(began));
      if (await this.#isStored(arrived)) arrived = await this.#arrive();
    }
    this.import.seconds = seconds(began);
    this.import.held = await this.#number('SELECT SUM(held) FROM folder');
    this.import.requests = await this.simulator.counts();
    while (!await this.#isStored(arrived)) await this.daemon.cycle();
    say(`${this.messages}: ${this.import.held} messages in ${this.import.seconds.toFixed(0)} s`);
  }

  async #arrive() {
    const delivered = await this.simulator.deliver(ARRIVING);
    return { ids: delivered.map(({ immutable_id: id }) => `'${id}'`), began: performance.now() };
  }

  async #isStored({ ids, began }) {
    const stored = await this.#number(`SELECT COUNT(*) FROM message_key WHERE item_id IN (${ids.join(', ')})`);
    if (stored < ARRIVING) return false;
    this.import.waits.push(seconds(began));
    return true;
  }

  #look(held, time) {
    const { driver } = pss(this.daemon.pid);
    this.import.memory.push(driver);
    const { told, waits } = this.import;
    if (held < told + this.messages / 20) return;
    this.import.told = held;
    say(`${this.messages}: ${held} messages after ${time.toFixed(0)} s, daemon ${driver.toFixed(1)} MiB; mail arrived ${waits.length} times, stored after ${largest(waits).toFixed(0)} s at the latest`);
  }

  // Cycles until each folder was swept since then.
  async #untilSwept(since = 0) {
    const left = `SELECT COUNT(*) FROM folder WHERE held > 0 AND (sweep IS NOT NULL OR COALESCE(swept_at, 0) <= ${since})`;
    let cycles = 0;
    for (; await this.#number(left); cycles += 1) await this.daemon.cycle();
    return cycles;
  }

  async #quiet() {
    // What the daemon has begun by itself is over after that.
    await this.daemon.cycle();
    await this.simulator.clearRequests();
    const cycles = async () => {
      for (let cycle = 0; cycle < QUIET_CYCLES; cycle += 1) {
        const { fresh, failed } = await this.daemon.cycle();
        if (fresh || failed) this.wrong.push(`${this.messages}, nothing new: ${fresh} new, ${failed} failed`);
      }
    };
    const { wall, cpu, driver, peak } = await measured(this.daemon, cycles);
    const requests = Object.values(await this.simulator.counts()).reduce((sum, count) => sum + count, 0);
    say(`${this.messages}: nothing new, ${(wall / QUIET_CYCLES).toFixed(2)} s a cycle`);
    return { wall: wall / QUIET_CYCLES, cpu: cpu / QUIET_CYCLES, driver: driver / QUIET_CYCLES, requests: requests / QUIET_CYCLES, peak };
  }

  async #sweep() {
    this.daemon.settings.SYNC__SWEEP = '1s';
    await this.daemon.start();
    await this.simulator.clearRequests();
    const { result, wall, cpu, driver, peak } = await measured(this.daemon, () => this.#untilSwept(Date.now()));
    const { FindItem: requests } = await this.simulator.counts();
    // One that is over between two looks is looked at when it ends.
    peak.driver = Math.max(peak.driver, pss(this.daemon.pid).driver);
    this.sweep = { cycles: result, wall, cpu, driver, peak, requests };
    say(`${this.messages}: swept in ${wall.toFixed(1)} s, ${result} cycles, ${requests} requests`);
  }

  // As much is stored as the server counts, and nothing failed.
  async #compare() {
    const differing = await this.#query('SELECT name, held, server_total FROM folder WHERE held > 0 AND held <> server_total');
    for (const row of differing.filter(([name]) => name)) this.wrong.push(`${this.messages}: ${row.join(', ')}`);
    const failed = await this.#number('SELECT COUNT(*) FROM ledger');
    if (failed) this.wrong.push(`${this.messages}: ${failed} in the ledger`);
  }
}

const all = (requests) => Object.entries(requests).filter(([name]) => ['FindItem', 'GetItem'].includes(name)).map(([name, count]) => `${count} ${name}`).join(', ');
const rows = (mailboxes) => [
  ['messages stored', ({ import: { held } }) => held],
  ['first sync, s', ({ import: { seconds: time } }) => time.toFixed(0)],
  ['messages a second', ({ import: { held, seconds: time } }) => (held / time).toFixed(0)],
  ['its requests', ({ import: { requests } }) => all(requests)],
  ['daemon meanwhile, first and last tenth and peak, MiB', ({ import: { memory } }) => {
    const tenth = Math.ceil(memory.length / 10);
    return [memory.slice(0, tenth), memory.slice(-tenth), memory].map((some) => largest(some).toFixed(1)).join(' / ');
  }],
  ['mail that arrived meanwhile', ({ import: { waits } }) => waits.length * ARRIVING],
  ['stored at the latest after, s', ({ import: { waits } }) => largest(waits).toFixed(0)],
  ['nothing new, s / CPU s (daemon)', ({ quiet }) => `${quiet.wall.toFixed(2)} / ${quiet.cpu.toFixed(2)} (${quiet.driver.toFixed(3)})`],
  ['its requests', ({ quiet }) => quiet.requests.toFixed(1)],
  ['sweep, s / CPU s (daemon)', ({ sweep }) => `${sweep.wall.toFixed(1)} / ${sweep.cpu.toFixed(1)} (${sweep.driver.toFixed(1)})`],
  ['its cycles, requests', ({ sweep }) => `${sweep.cycles}, ${sweep.requests}`],
  ['daemon meanwhile, peak, MiB', ({ sweep }) => sweep.peak.driver.toFixed(1)],
].map(([name, of]) => [name, ...mailboxes.map(of)]);

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stopAll().finally(() => process.exit(1)));
try {
  mkdirSync(join(runDir, 'tmp'), { recursive: true });
  const mailboxes = [];
  for (const messages of sizes) mailboxes.push(await new Mailbox(messages).run());
  const wrong = mailboxes.flatMap((mailbox) => mailbox.wrong);
  const machine = description(BROWSER);
  console.log([
    `\`scripts/bench large${mode ? ` ${mode}` : ''}\`: ${machine.cores} cores (${machine.processor}, ${machine.memory}), ${machine.browser}, SQLite; the simulator runs on the same cores.`,
    table(['', ...sizes.map((size) => `${size} messages`)], rows(mailboxes)),
    ...wrong.map((text) => `**Wrong:** ${text}`),
  ].join('\n\n'));
  process.exitCode = wrong.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error.stack);
  await stopAll();
  process.exit(70);
}
