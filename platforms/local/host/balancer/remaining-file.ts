import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const remainingSchema = z.strictObject({
  /** The committed state's own figure, by which the file says to which commit it belongs. */
  committedMilliseconds: z.number(),
  remainingMilliseconds: z.number().nonnegative(),
});

/**
 * How much of a time that runs off was left about a second ago, beside the committed state: rewritten each second
 * without waiting for the disk, since losing one only makes the end come a little later.
 */
export class RemainingFile {
  private readonly path: string;
  private writing = false;

  constructor(directory: string, name: 'switch' | 'maintenance') {
    this.path = join(directory, `balancer-${name}.json`);
  }

  /** What the state has committed, with what was left when the process ended. */
  async applyTo<Timed extends { readonly remainingMilliseconds: number }>(timed: Timed | null): Promise<Timed | null> {
    if (timed === null) return null;
    const text = await readFile(this.path, 'utf8').catch(() => '');
    const found = remainingSchema.safeParse(readJson(text));
    if (!found.success || found.data.committedMilliseconds !== timed.remainingMilliseconds) return timed;
    return { ...timed, remainingMilliseconds: found.data.remainingMilliseconds };
  }

  async write(committedMilliseconds: number, remainingMilliseconds: number): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    try {
      const text = JSON.stringify({ committedMilliseconds, remainingMilliseconds });
      await writeFile(`${this.path}.writing`, text, { mode: 0o600 });
      await rename(`${this.path}.writing`, this.path);
    } finally {
      this.writing = false;
    }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
