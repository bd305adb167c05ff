import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import semver from 'semver';
import { z } from 'zod';

const seenSchema = z.record(z.string(), z.strictObject({ file: z.string(), version: z.string() }));

/**
 * What `pulumi version` says, undefined when it says nothing that is a version. Starting the engine costs a fifth of a
 * second, so the answer is remembered in `memory`, a file, for as long as the program is the same file.
 */
export async function engineVersion(pulumi: string, memory: string): Promise<string | undefined> {
  const path = await realpath(pulumi);
  const { size, mtimeMs, ino } = await stat(path);
  const file = [size, mtimeMs, ino].join('-');
  const seen = await recall(memory);
  const known = seen[path];
  if (known?.file === file) return known.version;
  const version = await ask(pulumi);
  if (version !== undefined) await remember(memory, { ...seen, [path]: { file, version } });
  return version;
}

async function recall(memory: string): Promise<z.infer<typeof seenSchema>> {
  try {
    return seenSchema.parse(JSON.parse(await readFile(memory, 'utf8')));
  } catch {
    // Nothing is lost by asking again.
    return {};
  }
}

async function remember(memory: string, seen: z.infer<typeof seenSchema>): Promise<void> {
  const draft = `${memory}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(memory), { recursive: true });
    await writeFile(draft, JSON.stringify(seen));
    await rename(draft, memory);
  } catch {
    // A home that can't be written only costs the question each time.
  }
}

async function ask(pulumi: string): Promise<string | undefined> {
  const answer = await execa(pulumi, ['version'], {
    reject: false,
    timeout: 10_000,
    stdin: 'ignore',
    env: { PULUMI_SKIP_UPDATE_CHECK: '1' },
  });
  return semver.valid(answer.stdout.trim()) ?? undefined;
}
