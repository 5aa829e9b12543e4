// Sealed records by their description in src/vault/record.rs, not by the program's code: an independent reader and writer.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const text = (part) => {
  const bytes = Buffer.from(part);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const beginning = (id) => {
  const bytes = Buffer.alloc(5);
  bytes[0] = 1;
  bytes.writeUInt32BE(id, 1);
  return bytes;
};

const bound = (id, { table, column, row, account }) => Buffer.concat([beginning(id), ...[table, column, row, account].map(text)]);

export const seal = (id, key, place, plain) => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(id, place));
  return Buffer.concat([beginning(id), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

// By the key of the ring that the record names; throws when it does not open.
export const open = (ring, place, record) => {
  const id = record.readUInt32BE(1);
  const decipher = createDecipheriv('aes-256-gcm', ring.get(id), record.subarray(5, 17)).setAAD(bound(id, place));
  decipher.setAuthTag(record.subarray(-16));
  return { id, plain: Buffer.concat([decipher.update(record.subarray(17, -16)), decipher.final()]) };
};

// The keys of a key file, by number.
export const ring = (file) => {
  const lines = file.split('\n').map((line) => line.split(':')).filter(([id]) => /^\d+$/.test(id));
  return new Map(lines.map(([id, key]) => [Number(id), Buffer.from(key, 'base64')]));
};

export const wrapped = (account) => ({ table: 'data_key', column: 'wrapped', row: account, account });
