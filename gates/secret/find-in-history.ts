import type { Git } from '../git/git.js';

/**
 * Whether any object of the repository holds the text: files of every commit, also of branches that are gone, messages
 * and tags. It is looked for in this process; as an argument of git it would stand in the list of processes.
 */
export async function findInHistory(git: Git, text: string): Promise<boolean> {
  const wanted = Buffer.from(text);
  let rest = Buffer.alloc(0);
  for await (const chunk of git.everyObject()) {
    const seen = Buffer.concat([rest, chunk]);
    if (seen.includes(wanted)) return true;
    rest = seen.subarray(Math.max(seen.length - wanted.length + 1, 0));
  }
  return false;
}
