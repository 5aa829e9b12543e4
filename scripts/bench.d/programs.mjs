// Programs that a benchmark starts, and that end when it does.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { request } from 'node:http';

const running = new Set();

// Standard error goes to `log`, its end is kept for `complaint`. Resolves once the program runs; rejects when it cannot be started.
export const start = (program, args, { log, ...options }) => new Promise((resolve, reject) => {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
  // A program that has ended reads nothing; its exit code says why.
  child.stdin.on('error', () => {});
  child.words = '';
  child.stderr.on('data', (part) => { child.words = (child.words + part).slice(-2000); });
  child.ended = new Promise((done) => { child.once('close', (code, signal) => done(code ?? signal)); });
  child.once('error', reject);
  child.once('spawn', () => {
    running.add(child);
    child.ended.then(() => running.delete(child));
    resolve(child);
  });
});

export const complaint = (child, program) => new Error(`${program} has ended with ${child.exitCode ?? child.signalCode}:\n${child.words}`);

// Runs a program to its end and answers its output; another exit code than `expected` is an error.
export const run = async (program, args, { input = '', expected = 0, ...options }) => {
  const child = await start(program, args, options);
  let output = '';
  child.stdout.on('data', (part) => { output += part; });
  child.stdin.end(input);
  const code = await child.ended;
  if (code !== expected) throw complaint(child, `${program} ${args[0]}`);
  return output;
};

export const stop = (child) => {
  child.kill('SIGTERM');
  return child.ended;
};

export const stopAll = () => Promise.all([...running].map(stop));

// One HTTP exchange without a time limit: a cycle takes as long as it takes. The answer's body must be JSON or empty.
export const ask = (method, url, { headers, body } = {}) => new Promise((resolve, reject) => {
  const json = body && JSON.stringify(body);
  const asked = request(url, { method, agent: false, headers: { ...headers, ...(json && { 'content-type': 'application/json' }) } }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('error', reject)
      .on('end', () => resolve({ status: answer.statusCode, text }));
  });
  asked.on('error', reject).end(json);
});

export const line = (stream) => new Promise((resolve, reject) => {
  let text = '';
  const take = (part) => {
    text += part;
    if (!text.includes('\n')) return;
    stream.off('data', take);
    resolve(text.slice(0, text.indexOf('\n')));
  };
  stream.setEncoding('utf8').on('data', take).once('end', () => reject(new Error('a program ended without a word')));
});
