import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientPrograms } from '../../postgres/client-programs.js';
import { runClientProgram } from '../../postgres/run-client-program.js';
import { unseal } from './seal.js';

/** A dump as it lies there; `key` where it is encrypted. */
export interface LyingDump {
  readonly file: string;
  readonly key: Buffer | undefined;
  readonly name: string;
}

/** What `pg_restore --list` says is in it, a line each. Throws PlatformError or IntegrityError. */
export async function listEntries(programs: ClientPrograms, dump: LyingDump, signal: AbortSignal): Promise<string[]> {
  const chunks: Buffer[] = [];
  await readingDump(dump, (input) =>
    runClientProgram({
      program: programs.pgRestore,
      flags: ['--list'],
      input,
      output: async (from: Readable) => {
        for await (const chunk of from) chunks.push(chunk as Buffer);
      },
      signal,
    }),
  );
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith(';'));
}

type Input = NonNullable<Parameters<typeof runClientProgram>[0]['input']>;

/** As a file where pg_restore may seek in it; opened piece by piece on the way where it is encrypted: never in plain on the disk. */
export async function readingDump(dump: LyingDump, use: (input: Input) => Promise<void>): Promise<void> {
  const { file, key, name } = dump;
  if (key !== undefined) {
    await use((into) =>
      pipeline(createReadStream(file), (source: AsyncIterable<Buffer>) => unseal(source, key, name), into),
    );
    return;
  }
  const handle = await open(file, 'r');
  try {
    await use(handle.fd);
  } finally {
    await handle.close();
  }
}
