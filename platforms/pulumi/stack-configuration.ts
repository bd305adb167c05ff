import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parse as parseYaml } from 'yaml';
import { parse } from '../../contract/parse.js';
import type { SlotInput } from '../../contract/slot-input.js';

const stackFileSchema = z.looseObject({
  encryptionsalt: z.string().optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
});

export interface ScratchFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * The configuration of one command, in a file of its own that nobody else reads and that goes afterwards: a run's input,
 * or what the stack's own file says. Pulumi writes a salt into whatever file it is given: this keeps checkouts clean,
 * and a salt that protects nothing from asking for another machine's passphrase.
 */
export async function writeStackConfiguration(options: {
  readonly root: string;
  readonly stack: string;
  readonly input: SlotInput | undefined;
}): Promise<ScratchFolder & { readonly file: string }> {
  const { root, stack, input } = options;
  const content = input === undefined ? await readStackFile(root, stack) : { config: { 'crossfade:run': input } };
  const scratch = await scratchFolder();
  const file = join(scratch.folder, 'stack.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(content), { mode: 0o600 });
  return { ...scratch, file };
}

/** A folder that is the project as far as `pulumi stack init` cares, for the stack file that it writes. */
export async function writeScratchProject(project: string): Promise<ScratchFolder> {
  const scratch = await scratchFolder();
  await writeFile(join(scratch.folder, 'Pulumi.yaml'), JSON.stringify({ name: project, runtime: 'nodejs' }));
  return scratch;
}

async function readStackFile(root: string, stack: string): Promise<object> {
  const file = join(root, `Pulumi.${stack}.yaml`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
    throw error;
  });
  const { encryptionsalt, ...rest } = parse(stackFileSchema, parseYaml(text) ?? {}, file);
  const holdsSecrets = JSON.stringify(rest.config ?? {}).includes('"secure"');
  return holdsSecrets && encryptionsalt !== undefined ? { encryptionsalt, ...rest } : rest;
}

async function scratchFolder(): Promise<ScratchFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-pulumi-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
