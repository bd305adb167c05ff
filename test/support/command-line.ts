import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from '../../cli/main.js';

export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `crossfade` with these words inside of the test's process, as if called in `folder`. */
export async function commandLine(folder: string, ...words: string[]): Promise<Said> {
  const before = {
    folder: process.cwd(),
    exitCode: process.exitCode,
    out: process.stdout.write,
    err: process.stderr.write,
  };
  let stdout = '';
  let stderr = '';
  process.stdout.write = ((text: string | Uint8Array) => {
    stdout += typeof text === 'string' ? text : Buffer.from(text).toString();
    return true;
  }) as typeof process.stdout.write;
  process.stderr.write = ((text: string | Uint8Array) => {
    stderr += typeof text === 'string' ? text : Buffer.from(text).toString();
    return true;
  }) as typeof process.stderr.write;
  process.chdir(folder);
  process.exitCode = undefined;
  try {
    await main(words);
    return { exitCode: Number(process.exitCode ?? 0), stdout, stderr };
  } finally {
    process.stdout.write = before.out;
    process.stderr.write = before.err;
    process.chdir(before.folder);
    process.exitCode = before.exitCode;
  }
}

const services = `
      api: { kind: routed, path: /api }
      web: { kind: routed, path: / }`;

/** A Pulumi project with one local environment, as the command line finds it. */
export async function writeProject(
  folder: string,
  changes: { readonly services?: string; readonly more?: string } = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
  await writeFile(
    join(folder, 'Pulumi.local.yaml'),
    `config:
  crossfade:environment:
    platform: local
    product: shop
    backend: file://.crossfade/state
    secretsProvider: passphrase
    store: .crossfade/store
    services:${changes.services ?? services}
${changes.more ?? ''}`,
  );
}
