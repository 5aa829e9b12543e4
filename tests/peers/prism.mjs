// Prism between a client of Graph and the simulator: what either says is held against Microsoft's schema, and what breaks it is
// answered with an error. Of batches, which are no part of that schema, only the outer form is judged.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PRISM = fileURLToPath(new URL('node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url));
const json = (schema) => ({ content: { 'application/json': { schema } } });
const list = (name) => json({ type: 'object', required: [name], properties: { [name]: { type: 'array', items: { type: 'object' } } } });
const batch = { post: { requestBody: { required: true, ...list('requests') }, responses: { 200: { description: 'Answers', ...list('responses') } } } };

const freePort = async () => {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
};

// The schema's paths lie below the version, as the client asks for them.
const specification = (file) => {
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  const paths = Object.entries({ ...schema.paths, '/$batch': batch }).map(([path, item]) => [`/v1.0${path}`, item]);
  const place = join(tmpdir(), 'prism.json');
  writeFileSync(place, JSON.stringify({ ...schema, servers: [], security: [], paths: Object.fromEntries(paths) }));
  return place;
};

// The simulator chooses its site by the name of the host, and Prism sends that of the address.
const relay = async (target) => {
  const server = createServer((incoming, answer) => {
    const { method, url, headers } = incoming;
    const onwards = ask(new URL(url, target.url), { method, headers: { ...headers, host: 'graph.microsoft.com' } }, (said) => {
      answer.writeHead(said.statusCode, said.headers);
      said.pipe(answer);
    });
    onwards.on('error', () => answer.destroy());
    incoming.pipe(onwards);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}`;
};

// Of `target.url`, which may be set later.
export const startPrism = async (file, target) => {
  const port = await freePort();
  const args = ['proxy', '-h', '127.0.0.1', '-p', String(port), '--errors', specification(file), await relay(target)];
  const prism = spawn(process.execPath, [PRISM, ...args], { stdio: ['ignore', 'ignore', 2] });
  process.on('exit', () => prism.kill());
  // A signal ends a process without the event above.
  process.once('SIGTERM', () => process.exit(0));
  const url = `http://127.0.0.1:${port}`;
  while (!await fetch(url).then(() => true, () => false)) await new Promise((done) => { setTimeout(done, 100); });
  return url;
};
