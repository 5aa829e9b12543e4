// Puppeteer's side, seen from the benchmark: starts peer.mjs and speaks with it.
import { fork } from 'node:child_process';

// What belongs to the daemon's own way of driving, or is Puppeteer's to say.
const OWN = ['--user-data-dir', '--remote-debugging', '--proxy-', '--headless'];

export class Puppeteer {
  constructor() {
    this.child = fork(new URL('peer.mjs', import.meta.url));
    this.pid = this.child.pid;
  }

  #ask(job, wish = {}) {
    return new Promise((resolve, reject) => {
      this.child.once('message', ({ answer, error }) => (error ? reject(new Error(`Puppeteer, ${job}: ${error}`)) : resolve(answer)));
      this.child.send({ job, ...wish });
    });
  }

  // The same browser with the same arguments as the daemon's; only the way to the simulator is another.
  prepare(executablePath, daemons, https) {
    const args = daemons.filter((word) => word.startsWith('--') && !OWN.some((own) => word.startsWith(own)));
    return this.#ask('prepare', { executablePath, args: [...args, `--host-resolver-rules=MAP * ${https}`] });
  }

  connect({ smtp, password }) {
    return this.#ask('connect', { smtp, password });
  }

  cycle(accounts, days) {
    return this.#ask('cycle', { addresses: accounts.map(({ smtp }) => smtp), days });
  }

  weight() {
    return this.#ask('weight');
  }

  // The browser; what the script knows stays.
  close() {
    return this.#ask('close');
  }

  end() {
    this.child.disconnect();
  }
}
