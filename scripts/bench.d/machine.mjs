// What /proc says of processes: CPU time and memory of a program and of everything it has started.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICK = 1 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

// A process may end between two looks at it.
const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

// The name in brackets may hold anything; what follows it may not. utime is field 14 of the whole line.
const stat = (pid) => {
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1).split(' ');
  if (!fields) return undefined;
  const [user, system, waitedUser, waitedSystem] = fields.slice(11, 15).map((ticks) => Number(ticks) * TICK);
  return { pid, parent: Number(fields[1]), own: user + system, waited: waitedUser + waitedSystem };
};

// The process `root` and all its descendants, `root` first.
const tree = (root) => {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => stat(Number(name))).filter(Boolean);
  const members = all.filter((process) => process.pid === root);
  for (const member of members) members.push(...all.filter((process) => process.parent === member.pid));
  return members;
};

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

// Seconds of CPU that a program and its browser have used. A child that has ended is in the time its parent waited for.
export const cpu = (root) => {
  const [driver, ...others] = tree(root);
  if (!driver) throw new Error(`process ${root} is gone`);
  return { driver: driver.own, browser: driver.waited + sum(others.map((process) => process.own + process.waited)) };
};

// A program that keeps others from looking into it tells only its resident set, which is never smaller.
const kilobytes = (text = '', name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
const pssOf = (pid) => (kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss') || kilobytes(read(`/proc/${pid}/status`), 'VmRSS')) / 1024;

// Proportional set size in MiB.
export const pss = (root) => {
  const [driver, ...others] = tree(root);
  return { driver: driver ? pssOf(driver.pid) : 0, browser: sum(others.map((process) => pssOf(process.pid))) };
};

// With which arguments a program started its browser.
export const browserArguments = (root) => {
  const lines = tree(root).slice(1).map(({ pid }) => (read(`/proc/${pid}/cmdline`) ?? '').split('\0').filter(Boolean));
  return lines.find((line) => line.some((word) => word.startsWith('--user-data-dir=')) && !line.some((word) => word.startsWith('--type=')));
};

const first = (pattern, path) => pattern.exec(read(path) ?? '')?.[1];
export const description = (browser) => ({
  cores: Number(execFileSync('nproc', { encoding: 'utf8' })),
  processor: first(/^model name\s*: (.*)$/m, '/proc/cpuinfo') ?? process.arch,
  memory: `${Math.round(Number(first(/^MemTotal:\s+(\d+)/m, '/proc/meminfo')) / 1024 / 1024)} GiB`,
  browser: execFileSync(browser, ['--version'], { encoding: 'utf8' }).trim(),
});
