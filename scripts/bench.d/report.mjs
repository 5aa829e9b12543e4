// From samples to the tables for README, and which bars are missed.
import { readFileSync } from 'node:fs';

import { description } from './machine.mjs';

const mean = (samples, of) => samples.reduce((total, sample) => total + of(sample), 0) / samples.length;
const perAccount = (name) => (sample) => sample[name] / sample.accounts;
const figures = (samples) => Object.fromEntries(['wall', 'cpu', 'driver'].map((name) => [name, mean(samples, perAccount(name))]));

// Eleven cycles with nothing new and one that finds the bearer dead.
const usualCycle = ({ nothing, renewal }, hour) => {
  const [quiet, dead] = [figures(nothing), figures(renewal)];
  return Object.fromEntries(Object.keys(quiet).map((name) => [name, (quiet[name] * (hour - 1) + dead[name]) / hour]));
};

const seconds = (number) => number.toFixed(number < 0.1 ? 3 : 2);
const cell = ({ wall, cpu, driver }) => `${seconds(wall)} / ${seconds(cpu)} (${seconds(driver)})`;
export const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const speed = (results, page, hour) => {
  const peer = (phase) => figures(results.peer[phase]);
  const row = (name, usual, phase, network = true) => {
    const other = peer(phase);
    const daemon = network && figures(results.network[phase]);
    return [page, name, cell(usual), (usual.cpu / other.cpu).toFixed(2), ...(daemon ? [cell(daemon), (daemon.cpu / other.cpu).toFixed(2)] : ['', '']), cell(other)];
  };
  const { first, nothing, renewal, ten } = results.usual;
  return [
    row('first sync', figures(first), 'first'),
    row('nothing new', figures(nothing), 'nothing'),
    row('nothing new, bearer dead', figures(renewal), 'nothing', false),
    row('nothing new, usual cycle', usualCycle(results.usual, hour), 'nothing', false),
    row('ten new', figures(ten), 'ten'),
  ];
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const growth = (memory) => {
  const drivers = memory.slice(1).map(({ driver }) => driver);
  return median(drivers.slice(-3)) / median(drivers.slice(0, 3));
};

const memory = ({ usual, network, peer, memory: line }) => {
  const peak = (phases, part) => Math.max(...Object.values(phases).flat().map((sample) => sample.peak[part])).toFixed(0);
  const row = (name, phases) => [name, peak(phases, 'driver'), peak(phases, 'browser')];
  const at = ({ openings, driver, browser }) => [openings, driver.toFixed(1), browser.toFixed(0)];
  const some = line.filter((_, index) => index < 2 || index === line.length - 1 || index % 5 === 0);
  return [table(['peak, MiB', 'program', 'its browser'], [row('daemon', usual), row('daemon by the page', network), row('Puppeteer', peer)]),
    table(['mailboxes opened', 'daemon, MiB', 'its browser, between cycles'], some.map(at))].join('\n\n');
};

const bars = ({ full, hour, size }) => {
  const peer = figures(full.peer.nothing).cpu;
  const ratio = (phase) => figures(full.network[phase]).cpu / figures(full.peer[phase]).cpu;
  const largest = Math.max(...full.memory.map(({ driver }) => driver));
  const last = full.memory.at(-1).openings;
  return [
    ...['first', 'nothing', 'ten'].map((phase) => ({ name: `CPU, full page against full page, ${{ first: 'first sync', nothing: 'nothing new', ten: 'ten new' }[phase]}`, limit: 1, value: ratio(phase) })),
    { name: `CPU, usual cycle (one dead bearer in ${hour}) against Puppeteer's full page`, limit: 0.3, value: usualCycle(full.usual, hour).cpu / peer },
    { name: `daemon, MiB with ${size.registered} accounts registered`, limit: 30, value: largest },
    { name: `daemon, memory after ${last} mailboxes opened against that after the first ${size.accounts * 3}`, limit: 1.1, value: growth(full.memory) },
  ];
};

const version = () => JSON.parse(readFileSync(new URL('node_modules/puppeteer-core/package.json', import.meta.url))).version;

export const report = ({ full, light, size, hour, browser }) => {
  const wrong = [...full.wrong, ...light.wrong];
  const machine = description(browser);
  const judged = bars({ full, hour, size }).map((bar) => ({ ...bar, met: bar.value <= bar.limit }));
  const weight = ({ requests, bytes, script }) => `${requests} requests, ${(bytes / 1e6).toFixed(1)} MB, ${(script / 1e6).toFixed(2)} MB of it script`;
  const text = [
    `\`${size.command}\`: ${size.accounts} accounts with ${size.messages} messages each, ${machine.cores} cores (${machine.processor}, ${machine.memory}), ${machine.browser}, puppeteer-core ${version()} on Node.js ${process.version}.`,
    `Full page: ${weight(full.weight)}; light page: ${weight(light.weight)}. The simulator runs on the same cores; its CPU time is not counted.`,
    'Seconds per account: wall / CPU (of which outside the browser). The ratio is CPU against Puppeteer.',
    table(['page', 'cycle', 'daemon', 'ratio', 'daemon by the page', 'ratio', 'Puppeteer'], [...speed(full, 'full', hour), ...speed(light, 'light', hour)]),
    'Memory is PSS; the daemon lets nobody look into it, so for itself it is RSS, which is never less.',
    memory(full),
    table(['bar', 'limit', 'measured', ''], judged.map(({ name, limit, value, met }) => [name, limit, value.toFixed(2), met ? 'met' : '**missed**'])),
    ...wrong.map((text) => `**Wrong:** ${text}`),
  ].join('\n\n');
  return { text, missed: wrong.length > 0 || judged.some((bar) => !bar.met) };
};
