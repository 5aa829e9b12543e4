// A rotation of the key while the daemon answers: how long, how many answers fail, beside the same number of bare UPDATEs.
// keys.mjs RUN_DIR [--quick]
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Daemon } from './daemon.mjs';
import { run, stopAll } from './programs.mjs';
import { table } from './report.mjs';
import { open, ring, seal, wrapped } from './vault.mjs';

const [runDir, mode] = process.argv.slice(2);
const accounts = mode === '--quick' ? 1000 : 10000;
const ROUNDS = 5;
const CALLERS = 4;
const say = (words) => console.error(`==> ${words}`);

const place = { bin: join(runDir, 'bin'), dir: join(runDir, 'tmp'), short: join(runDir, 'tmp') };
const name = (index) => `bench-${String(index + 1).padStart(5, '0')}`;
const hex = (bytes) => `X'${bytes.toString('hex')}'`;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const timed = async (work) => {
  const began = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - began) / 1000 };
};

const sqlite = (file, input) => run('sqlite3', ['-bail', file], { input: `PRAGMA secure_delete = ON;\n${input}`, log: join(place.dir, 'sqlite3.log') });
const transaction = (statements) => `BEGIN IMMEDIATE;\n${statements.join('\n')}\nCOMMIT;\n`;

// Data keys that this program knows, wrapped by the ring's first key.
const fill = async (daemon, keys) => {
  await daemon.register(accounts);
  const first = ring(daemon.keyFile()).get(1);
  const rows = keys.map((key, index) => `INSERT INTO data_key (account_id, wrapped) VALUES ('${name(index)}', ${hex(seal(1, first, wrapped(name(index)), key))});`);
  await sqlite(daemon.database, transaction(rows));
};

// Every data key is still itself, and the newest key of the ring wraps it.
const verify = async (daemon, keys, newest) => {
  const rows = (await sqlite(daemon.database, 'SELECT account_id, hex(wrapped) FROM data_key ORDER BY account_id;')).trim().split('\n').map((row) => row.split('|')).filter(([id]) => id.startsWith('bench-'));
  const known = ring(daemon.keyFile());
  const right = rows.filter(([account, record], index) => {
    const { id, plain } = open(known, wrapped(account), Buffer.from(record, 'hex'));
    return id === newest && plain.equals(keys[index]);
  });
  if (right.length !== accounts) throw new Error(`${right.length} of ${accounts} data keys are as they should be`);
};

// Callers ask one after the other until the work ends; how long each answer took, and how many failed.
const asked = async (daemon, work) => {
  let ended = false;
  const answers = { times: [], failed: 0 };
  const caller = async (number) => {
    for (let index = number; !ended; index += CALLERS) {
      const { result, seconds } = await timed(() => daemon.account(name(index % accounts)).catch(() => ({})));
      if (result.status !== 200) answers.failed += 1;
      answers.times.push(seconds * 1000);
    }
  };
  const callers = Array.from({ length: CALLERS }, (_, number) => caller(number));
  const done = await timed(work);
  ended = true;
  await Promise.all(callers);
  return { ...done, ...answers };
};

// The least that such a change can cost: as many UPDATEs of as many bytes, in one transaction of SQLite's own shell.
const bare = async (daemon) => {
  const copy = join(place.dir, 'bare.db');
  copyFileSync(daemon.database, copy);
  const rows = Array.from({ length: accounts }, (_, index) => `UPDATE data_key SET wrapped = ${hex(randomBytes(65))} WHERE account_id = '${name(index)}';`);
  return (await timed(() => sqlite(copy, transaction(rows)))).seconds;
};

const p99 = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * 0.99)];

const main = async () => {
  mkdirSync(place.dir, { recursive: true });
  const daemon = await Daemon.prepare(place);
  const keys = Array.from({ length: accounts }, () => randomBytes(32));
  await daemon.migrate();
  say(`${accounts} accounts`);
  await fill(daemon, keys);
  await daemon.start();
  const quiet = await asked(daemon, () => new Promise((done) => { setTimeout(done, 2000); }));
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const measured = await asked(daemon, () => daemon.rotate());
    await verify(daemon, keys, round + 2);
    say(`rotated in ${measured.seconds.toFixed(2)} s, ${measured.times.length} answers meanwhile, ${measured.failed} failed`);
    rounds.push(measured);
  }
  await daemon.stop();
  const bares = [];
  while (bares.length < ROUNDS) bares.push(await bare(daemon));
  const least = median(bares);
  const worst = Math.max(...rounds.map(({ seconds }) => seconds));
  const failed = rounds.reduce((total, round) => total + round.failed, 0);
  const seconds = median(rounds.map((round) => round.seconds));
  const times = rounds.flatMap((round) => round.times);
  const bars = [
    ['slowest of five rotations, s', 5, worst.toFixed(2), worst < 5],
    ['answers that failed meanwhile', 0, failed, failed === 0],
  ];
  console.log([
    `\`scripts/bench keys${mode ? ` ${mode}` : ''}\`: ${accounts} accounts, SQLite, ${ROUNDS} rotations while ${CALLERS} callers ask for accounts.`,
    table(['', 'key rotate', `${accounts} bare UPDATEs`, 'ratio'], [['median, s', seconds.toFixed(2), least.toFixed(3), (seconds / least).toFixed(1)]]),
    table(['answers', 'count', 'median, ms', '99 %, ms'], [['before', quiet.times], ['meanwhile', times]].map(([when, all]) => [when, all.length, median(all).toFixed(1), p99(all).toFixed(1)])),
    table(['bar', 'limit', 'measured', ''], bars.map(([bar, limit, value, met]) => [bar, limit, value, met ? 'met' : '**missed**'])),
  ].join('\n\n'));
  return bars.every(([, , , met]) => met) && quiet.failed === 0 ? 0 : 1;
};

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stopAll().finally(() => process.exit(1)));
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.stack);
  await stopAll();
  process.exit(70);
}
