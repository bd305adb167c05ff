import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Spawn {
  readonly verb: string;
  readonly seconds: number;
}

export interface CountedEngine {
  /** Puts a `pulumi` first that notes each call and hands it on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Calls since the last time this was asked. */
  spawns(): Promise<readonly Spawn[]>;
  remove(): Promise<void>;
}

/** `bin` is the folder of the engine. Times are those of files that a shell writes before and after each call. */
export async function countedEngine(bin: string): Promise<CountedEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-counted-'));
  const first = join(folder, 'bin');
  const log = join(folder, 'calls');
  await Promise.all([mkdir(first), mkdir(log)]);
  const script = `#!/bin/sh
echo "$1 $2" > "$COUNTED_LOG/$$.began"
"$COUNTED_PULUMI" "$@"
code=$?
: > "$COUNTED_LOG/$$.ended"
exit $code
`;
  await writeFile(join(first, 'pulumi'), script);
  await chmod(join(first, 'pulumi'), 0o755);
  const seen = new Set<string>();
  return {
    environment: {
      PATH: [first, bin, process.env['PATH'] ?? ''].join(delimiter),
      COUNTED_PULUMI: join(bin, 'pulumi'),
      COUNTED_LOG: log,
    },
    async spawns() {
      const names = (await readdir(log)).filter((name) => name.endsWith('.ended') && !seen.has(name));
      for (const name of names) seen.add(name);
      const calls = await Promise.all(names.map((name) => readCall(join(log, name))));
      return calls.sort((one, other) => one.began - other.began);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readCall(ended: string): Promise<Spawn & { readonly began: number }> {
  const began = ended.replace(/ended$/, 'began');
  const [from, until, words] = await Promise.all([stat(began), stat(ended), readFile(began, 'utf8')]);
  const [first = '', second = ''] = words.trim().split(' ');
  const seconds = (until.mtimeMs - from.mtimeMs) / 1_000;
  return { verb: first === 'stack' ? `${first} ${second}` : first, seconds, began: from.mtimeMs };
}
