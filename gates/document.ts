import { open } from 'node:fs/promises';
import type { Adapter } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { inside } from './inside.js';
import { systemCode } from './system-code.js';

const readAtMost = 2_000_000;

/** A document of the project: it is there, has something in it, and says what it must. */
export const askDocument: Adapter<'document'> = async ({ path, contains }, _about, { folder }) => {
  const place = await inside(folder, path);
  if (place === undefined) return no(`there is no ${path}`);
  try {
    const file = await open(place, 'r');
    try {
      const { size, mtime } = await file.stat();
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(size, readAtMost)));
      const text = buffer.subarray(0, bytesRead).toString('utf8');
      const evidence = { path, bytes: size, changed: mtime.toISOString() };
      if (text.trim() === '') return no(`${path} is empty`, evidence);
      if (contains === undefined || text.includes(contains)) return yes(`${path} is there`, evidence);
      if (size > readAtMost) return unknown(`${path} is too large to be looked through`, evidence);
      return no(`${path} does not say '${contains}'`, evidence);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return unknown(`${path} can't be read (${code})`);
  }
};
