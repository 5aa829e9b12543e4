// One stretch of work: wall time, CPU time of the program and its browser, peak memory.
import { cpu, pss } from './machine.mjs';

// Processes that were asked to end need a moment, and their time counts.
const SETTLE = 1000;
const LOOK = 3000;

const settle = () => new Promise((done) => { setTimeout(done, SETTLE); });

export const measured = async ({ pid }, work) => {
  await settle();
  const peak = { driver: 0, browser: 0 };
  const look = () => {
    const now = pss(pid);
    for (const part of Object.keys(peak)) peak[part] = Math.max(peak[part], now[part]);
  };
  const timer = setInterval(look, LOOK);
  const before = cpu(pid);
  const began = performance.now();
  const result = await work();
  const wall = (performance.now() - began) / 1000;
  clearInterval(timer);
  await settle();
  const after = cpu(pid);
  const driver = after.driver - before.driver;
  const browser = after.browser - before.browser;
  return { result, wall, driver, browser, cpu: driver + browser, peak };
};
