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
  const before = { folder: process.cwd(), exitCode: process.exitCode };
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  process.chdir(folder);
  process.exitCode = undefined;
  try {
    await main(words);
    return { exitCode: exitCode(), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.stop();
    stderr.stop();
    process.chdir(before.folder);
    process.exitCode = before.exitCode;
  }
}

/** What was printed meanwhile. */
export async function captured(work: () => Promise<unknown>): Promise<Omit<Said, 'exitCode'>> {
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  try {
    await work();
    return { stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.stop();
    stderr.stop();
  }
}

function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

function capture(stream: NodeJS.WriteStream): { text(): string; stop(): void } {
  const chunks: Buffer[] = [];
  const write = (chunk: string | Uint8Array): boolean => chunks.push(Buffer.from(chunk as Uint8Array)) > 0;
  // An own property hides the stream's method until it is deleted.
  Object.defineProperty(stream, 'write', { value: write, configurable: true });
  return {
    text: () => Buffer.concat(chunks).toString(),
    stop: () => void Reflect.deleteProperty(stream, 'write'),
  };
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
