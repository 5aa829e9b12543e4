// Pages of the dashboard and /health over many accounts: how long each answer takes, beside reading the same rows with Python's
// sqlite3, and beside Python's http.server, which sends the same bytes out of a file; and /health while a cycle runs.
// pages.mjs RUN_DIR [--quick]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Daemon, freePort } from './daemon.mjs';
import { ask, complaint, run, start, stop, stopAll } from './programs.mjs';
import { table } from './report.mjs';

const [runDir, mode] = process.argv.slice(2);
const accounts = mode === '--quick' ? 1000 : 10000;
const TIMES = mode === '--quick' ? 20 : 100;
const say = (words) => console.error(`==> ${words}`);

const place = { bin: join(runDir, 'bin'), dir: join(runDir, 'tmp'), short: join(runDir, 'tmp') };
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const at = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

// Milliseconds of as many answers, one after the other.
const asked = async (times, ask) => {
  const taken = [];
  let size = 0;
  for (let index = 0; index < times; index += 1) {
    const began = performance.now();
    const { status, text } = await ask();
    taken.push(performance.now() - began);
    if (status !== 200 && status !== 503) throw new Error(`an answer of ${status}: ${text.slice(0, 200)}`);
    size = text.length;
  }
  return { taken, size };
};

// The same rows by another program: what reading them costs by itself.
const PEER = `
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
joined = """SELECT a.*, s.*, p.* FROM account a JOIN sync_state s ON s.account_id = a.id JOIN part_state p ON p.account_id = a.id
ORDER BY a.created_at, a.id LIMIT ?"""
for limit in (100, -1):
    taken = []
    for _ in range(int(sys.argv[2])):
        began = time.perf_counter()
        db.execute(joined, (limit,)).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    print(sorted(taken)[len(taken) // 2])
`;

// Milliseconds that another program takes to send this.
const sentByPython = async (text) => {
  const dir = join(place.dir, 'sent');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'health.json'), text);
  const port = await freePort();
  const server = await start('/usr/bin/python3', ['-B', '-m', 'http.server', '--bind', '127.0.0.1', '--directory', dir, String(port)], { log: join(place.dir, 'python.log') });
  const get = () => ask('GET', `http://127.0.0.1:${port}/health.json`);
  while ((await get().catch(() => ({}))).status !== 200) {
    if (server.exitCode !== null) throw complaint(server, 'http.server');
    await new Promise((done) => { setTimeout(done, 50); });
  }
  const { taken } = await asked(TIMES, get);
  await stop(server);
  return at(taken, 0.5);
};

const main = async () => {
  mkdirSync(place.dir, { recursive: true });
  const daemon = await Daemon.prepare(place);
  await daemon.migrate();
  say(`${accounts} accounts`);
  await daemon.register(accounts);
  await daemon.wellRead();
  await daemon.start();
  const cookie = await daemon.signIn();
  const page = (path) => () => daemon.page(path, cookie);
  const asks = [
    ['overview', page('/ui'), 50],
    ['accounts, first page', page('/ui/accounts'), 50],
    ['accounts, last page', page(`/ui/accounts?after=bench-${String(accounts - 100).padStart(5, '0')}`), 50],
    ['accounts that need a sign-in', page('/ui/accounts?state=needs_login'), 50],
    ['/health', () => daemon.health()],
    ['/health?accounts=none', () => daemon.verdict()],
  ];
  const rows = [];
  for (const [name, ask, limit] of asks) {
    await asked(3, ask);
    const { taken, size } = await asked(TIMES, ask);
    say(`${name}: ${at(taken, 0.5).toFixed(1)} ms`);
    rows.push({ name, limit, size, median: at(taken, 0.5), worst: at(taken, 0.99) });
  }
  let ended = false;
  // Nobody is signed in to them: each turn ends at once, and the cycle says so.
  const cycle = daemon.cycle().catch(() => {}).finally(() => { ended = true; });
  const meanwhile = { whole: [], alone: [] };
  while (!ended || meanwhile.whole.length === 0) {
    meanwhile.alone.push(...(await asked(10, () => daemon.verdict())).taken);
    meanwhile.whole.push(...(await asked(1, () => daemon.health())).taken);
  }
  await cycle;
  const sent = await sentByPython((await daemon.health()).text);
  await daemon.stop();
  const peer = (await run('/usr/bin/python3', ['-B', '-c', PEER, daemon.database, String(TIMES)], { log: join(place.dir, 'python.log') })).trim().split('\n').map(Number);
  const beside = ({ name }) => (name === 'accounts, first page' || name === 'accounts, last page' ? peer[0] : peer[1]);
  const bars = rows.filter(({ limit }) => limit).map(({ name, limit, worst }) => [`${name}, 99 %, ms`, limit, worst.toFixed(1), worst <= limit]);
  bars.push(['/health?accounts=none while a cycle runs, 99 %, ms', 10, at(meanwhile.alone, 0.99).toFixed(1), at(meanwhile.alone, 0.99) <= 10]);
  const told = (name, taken) => `${name} while a cycle runs: ${taken.length} answers, median ${at(taken, 0.5).toFixed(1)} ms, 99 % ${at(taken, 0.99).toFixed(1)} ms.`;
  console.log([
    `\`scripts/bench pages${mode ? ` ${mode}` : ''}\`: ${accounts} accounts, SQLite, ${TIMES} answers each, one after the other; beside them Python's sqlite3 reads the rows of as many accounts.`,
    table(['', 'KiB', 'median, ms', '99 %, ms', 'rows alone, ms', 'ratio'], rows.map((row) => [row.name, Math.round(row.size / 1024), row.median.toFixed(1), row.worst.toFixed(1), beside(row).toFixed(1), (row.median / beside(row)).toFixed(1)])),
    told('/health?accounts=none', meanwhile.alone),
    told('/health', meanwhile.whole),
    `Python's http.server sends what /health answers in ${sent.toFixed(1)} ms (median).`,
    table(['bar', 'limit', 'measured', ''], bars.map(([bar, limit, value, met]) => [bar, limit, value, met ? 'met' : '**missed**'])),
  ].join('\n\n'));
  return bars.every(([, , , met]) => met) ? 0 : 1;
};

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stopAll().finally(() => process.exit(1)));
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.stack);
  await stopAll();
  process.exit(70);
}
