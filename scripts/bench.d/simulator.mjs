// The simulated Outlook: a process of its own, so that its CPU time is nobody's.
import { join } from 'node:path';

import { ask, line, start, stop } from './programs.mjs';

export class Simulator {
  static async start(place, { accounts, messages }) {
    const args = ['--seed', '1', '--accounts', accounts, '--messages', messages, '--weight', 'light', '--until-stdin-closes'];
    const child = await start(join(place.bin, 'outlook-sim'), args.map(String), { log: join(place.dir, 'simulator.log') });
    return Object.assign(new Simulator(), { child, ...JSON.parse(await line(child.stdout)) });
  }

  async #control(method, path, body) {
    const { status, text } = await ask(method, `${this.control}${path}`, { body });
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
    return JSON.parse(text);
  }

  weigh(weight) {
    return this.#control('POST', '/knobs', { set: { weight } });
  }

  // To each account; answers what came.
  async deliver(count) {
    const delivered = [];
    for (const { smtp } of this.accounts) delivered.push(...await this.#control('POST', `/accounts/${smtp}/deliver`, { count }));
    return delivered;
  }

  // How many requests of each action there were since they were cleared.
  counts() {
    return this.#control('GET', '/counts');
  }

  clearRequests() {
    return this.#control('DELETE', '/requests');
  }

  async expireBearers() {
    for (const { smtp } of this.accounts) await this.#control('POST', '/expire', { account: smtp, what: 'bearer' });
  }

  // How many messages of both folders came in the `days` before an instant or since, over all accounts.
  async expected(days, instant = Date.now()) {
    const horizon = instant - days * 86_400_000;
    const wanted = ({ folder, received }) => ['inbox', 'sentitems'].includes(folder) && Date.parse(received) >= horizon;
    let count = 0;
    for (const { smtp } of this.accounts) count += (await this.#control('GET', `/truth/${smtp}`)).filter(wanted).length;
    return count;
  }

  stop() {
    return stop(this.child);
  }
}
