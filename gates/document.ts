import { open } from 'node:fs/promises';
import { describeDuration } from '../contract/duration.js';
import type { Verdict } from '../contract/verdict.js';
import type { Adapter } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { inside } from './inside.js';
import { Git } from './git/git.js';
import { systemCode } from './system-code.js';

const readAtMost = 2_000_000;

/** A document of the project: it is there, has something in it, and says what it must. */
export const askDocument: Adapter<'document'> = async (check, _about, around, signal) => {
  const { path, contains, touchedWithin } = check;
  const { folder } = around;
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
      if (contains !== undefined && !text.includes(contains)) {
        if (size > readAtMost) return unknown(`${path} is too large to be looked through`, evidence);
        return no(`${path} does not say '${contains}'`, evidence);
      }
      if (touchedWithin === undefined) return yes(`${path} is there`, evidence);
      return await judgeTouch(new Git(folder, signal), path, touchedWithin, around.clock.now());
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return unknown(`${path} can't be read (${code})`);
  }
};

/** By the newest commit that changed it: what a checkout does to a file's own time tells nothing. */
async function judgeTouch(git: Git, path: string, within: number, now: Date): Promise<Verdict> {
  const { text } = await git.run(['log', '-1', '--format=%cI', '--', path]);
  if (text === '') return no(`${path} was never committed`, { path });
  const age = now.getTime() - Date.parse(text);
  const said = `${path} was changed ${describeDuration(age)} ago`;
  return (age <= within ? yes : no)(said, { path, changed: text });
}
