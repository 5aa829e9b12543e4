// outlook-syncd as it ships, or with other tiers.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

import { ask, complaint, run, start, stop } from './programs.mjs';

export const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export class Daemon {
  static async prepare(place, simulator) {
    const daemon = Object.assign(new Daemon(), { program: join(place.bin, 'outlook-syncd'), dir: join(place.dir, 'syncd'), profiles: join(place.short, 'a') });
    const file = (name) => join(daemon.dir, name);
    Object.assign(daemon, { secret: randomUUID(), log: file('log') });
    for (const dir of [file('state'), daemon.profiles]) mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const name of ['read-token', 'cron-secret']) writeFileSync(file(name), daemon.secret, { mode: 0o600 });
    daemon.settings = { STATE_DIR: file('state'), KEY__FILE: file('key'), HTTP__READ_TOKEN_FILE: file('read-token'), HTTP__CRON_SECRET_FILE: file('cron-secret'),
      ...(simulator && { SIMULATOR__HTTPS: simulator.https, SIMULATOR__SPKI_SHA256: simulator.spki_sha256 }),
      // Once a year: cycles begin when they are asked for.
      SYNC__SCHEDULE: '0 0 1 1 *' };
    await daemon.#command(['key', 'new', file('key')]);
    return daemon;
  }

  // The same accounts and sessions in another place, under another setting. Of the name the profiles' path takes one
  // letter, since it has to stay short.
  copy(name, settings) {
    const [dir, profiles] = [`${this.dir}-${name}`, `${this.profiles}${name[0]}`];
    cpSync(this.dir, dir, { recursive: true });
    mkdirSync(profiles, { recursive: true, mode: 0o700 });
    const moved = Object.fromEntries(Object.entries(this.settings).map(([key, value]) => [key, value.replace(this.dir, dir)]));
    return Object.assign(new Daemon(), this, { dir, profiles, log: join(dir, 'log'), settings: { ...moved, ...settings } });
  }

  #environment(more = {}) {
    const settings = Object.entries({ ...this.settings, ...more }).map(([name, value]) => [`OUTLOOK_SYNCD_${name}`, value]);
    // Profiles lie where a service has them, on a short path: a socket's name is at most 107 bytes.
    const { HOME, TMPDIR } = process.env;
    return { PATH: '/usr/bin:/bin', HOME, TMPDIR, RUNTIME_DIRECTORY: this.profiles, ...Object.fromEntries(settings) };
  }

  #command(args, { settings, ...options } = {}) {
    return run(this.program, args, { env: this.#environment(settings), log: this.log, ...options });
  }

  connect({ smtp, password }) {
    return this.#command(['account', 'connect', '--owner', 'bench', '--password-stdin', smtp], { input: password });
  }

  // Accounts that nobody has signed in to, straight into the database: a sign-in that fails leaves no row.
  register(count) {
    const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
    const sql = `BEGIN;
      ${numbers} INSERT INTO account (id, owner, login, road, sync_enabled, created_at)
        SELECT printf('bench-%05d', i), 'bench', printf('nobody%d@elsewhere.example', i), 'owa', 1, 0 FROM n;
      ${numbers} INSERT INTO sync_state (account_id, mailbox_key) SELECT printf('bench-%05d', i), printf('account:bench-%05d', i) FROM n;
      COMMIT;`;
    return this.#sql(sql);
  }

  // Those are signed in to, and were read just now; of 50 one has to sign in again, and one is late.
  wellRead() {
    const now = Date.now();
    return this.#sql(`BEGIN;
      INSERT INTO browser_session (account_id, generation, state, expires_at)
        SELECT id, 0, CASE WHEN id LIKE '%00' OR id LIKE '%50' THEN 'needs_login' ELSE 'valid' END, ${now + 864e5} FROM account;
      INSERT INTO part_state (account_id, part, next_at, last_success_at, last_attempt_at, read_by)
        SELECT id, 'mail', ${now + 36e5}, CASE WHEN id LIKE '%01' OR id LIKE '%51' THEN 1 ELSE ${now} END, ${now}, 'service' FROM account;
      COMMIT;`);
  }

  // An operator by a link; the cookie of their browser.
  async signIn() {
    const { url } = JSON.parse(await this.#command(['dashboard', '--json'], { settings: { HTTP__LISTEN: this.address } }));
    const key = new URL(url).searchParams.get('k');
    const answer = await fetch(`http://${this.address}/ui/link`, { method: 'POST', redirect: 'manual', headers: { origin: `http://${this.address}` }, body: new URLSearchParams({ k: key }) });
    const cookie = answer.headers.get('set-cookie');
    if (!cookie) throw new Error(`nobody is signed in: ${answer.status} ${await answer.text()}`);
    return cookie.split(';')[0];
  }

  // As a browser does.
  page(path, cookie) {
    return ask('GET', `http://${this.address}${path}`, { headers: { cookie } });
  }

  // From the next cycle on it reads these accounts and no other, as if the others were switched off.
  only(accounts) {
    const logins = accounts.map(({ smtp }) => `'${smtp}'`);
    const newYear = Date.UTC(new Date().getUTCFullYear() + 1, 0, 1);
    return this.#sql(`BEGIN IMMEDIATE;
      UPDATE account SET sync_enabled = login IN (${logins.join(', ')});
      UPDATE part_state SET next_at = CASE WHEN account_id IN (SELECT id FROM account WHERE sync_enabled) THEN ${newYear} END;
      COMMIT;`);
  }

  #sql(input) {
    return run('sqlite3', ['-bail', this.database], { input, log: this.log });
  }

  get database() {
    return `${this.settings.STATE_DIR}/outlook-syncd.db`;
  }

  keyFile() {
    return readFileSync(this.settings.KEY__FILE, 'utf8');
  }

  // Makes the database, and opens everything once, so that it knows its ring.
  async migrate() {
    await this.#command(['migrate']);
    return this.#command(['status']);
  }

  rotate() {
    return this.#command(['key', 'rotate']);
  }

  // How many accounts there are.
  async registered() {
    return JSON.parse(await this.#command(['account', 'list', '--json'])).accounts.length;
  }

  async start() {
    this.address = `127.0.0.1:${await freePort()}`;
    this.child = await start(this.program, ['run'], { env: this.#environment({ HTTP__LISTEN: this.address }), log: this.log });
    this.pid = this.child.pid;
    while ((await this.#ask('GET', '/health/live').catch(() => ({}))).status !== 200) {
      if (this.child.exitCode !== null) throw complaint(this.child, 'the daemon');
      await new Promise((done) => { setTimeout(done, 50); });
    }
  }

  #ask(method, path) {
    return ask(method, `http://${this.address}${path}`, { headers: { authorization: `Bearer ${this.secret}` } });
  }

  // As a dashboard does.
  health() {
    return this.#ask('GET', '/health');
  }

  // As a monitor does, which wants no cards.
  verdict() {
    return this.#ask('GET', '/health?accounts=none');
  }

  account(id) {
    return this.#ask('GET', `/v1/accounts/${id}`);
  }

  // Reads its accounts; answers how many there were and how many messages were new. One that the daemon has begun by itself
  // ends first.
  async cycle() {
    const { status, text } = await this.#ask('POST', '/api/cron/outlook-sync');
    if (status === 409) {
      await new Promise((done) => { setTimeout(done, 200); });
      return this.cycle();
    }
    if (status !== 200) throw new Error(`a cycle went wrong: ${status} ${text.slice(0, 600)}`);
    const { accounts } = JSON.parse(text);
    const total = (name) => accounts.flatMap(({ folders }) => folders).reduce((sum, folder) => sum + folder[name], 0);
    return { accounts: accounts.length, fresh: total('new'), failed: total('failed') };
  }

  stop() {
    return stop(this.child);
  }
}
