import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigurationError } from '../contract/errors.js';

/**
 * What lies at `env:NAME` or `file:PATH`, without the newline at its end. Throws ConfigurationError that names the place
 * only.
 */
export async function findSecret(
  place: string,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const [, kind, name = ''] = /^(env|file):(.*)$/s.exec(place) ?? [];
  const value =
    kind === 'env' ? environment[name] : kind === 'file' ? await contentOf(resolve(folder, name)) : undefined;
  const secret = value?.replace(/\r?\n$/, '');
  if (secret !== undefined && secret !== '') return secret;
  throw new ConfigurationError(kind === 'file' ? `${name} can't be read, or is empty` : `${name} is not set`, {
    hint: `it holds a secret that ${kind === 'file' ? 'the stack file names by its path' : 'the stack file names'}`,
  });
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
