import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findEngine } from '../../platforms/pulumi/find-engine.js';

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

/** Needs a shell and a `date` that knows nanoseconds. */
export async function countedEngine(): Promise<CountedEngine> {
  const engine = await findEngine();
  if (engine === undefined) throw new Error('no Pulumi engine: run node scripts/engine.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-counted-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const script = `#!/bin/sh
began=$(date +%s%N)
"$COUNTED_PULUMI" "$@"
code=$?
echo "$began $(date +%s%N) $1 $2" >> "$COUNTED_LOG"
exit $code
`;
  await writeFile(join(bin, 'pulumi'), script);
  await chmod(join(bin, 'pulumi'), 0o755);
  const log = join(folder, 'spawns');
  await writeFile(log, '');
  let seen = 0;
  return {
    environment: {
      PATH: [bin, engine.bin, process.env['PATH'] ?? ''].join(delimiter),
      COUNTED_PULUMI: join(engine.bin, 'pulumi'),
      COUNTED_LOG: log,
    },
    async spawns() {
      const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
      const since = lines.slice(seen);
      seen = lines.length;
      return since.map((line) => {
        const [began = '', ended = '', first = '', second = ''] = line.split(' ');
        const seconds = Number(BigInt(ended) - BigInt(began)) / 1e9;
        return { verb: first === 'stack' ? `${first} ${second}` : first, seconds };
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
