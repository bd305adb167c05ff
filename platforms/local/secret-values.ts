import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LocalOutputs } from '../../contract/outputs.js';
import type { Secrets } from '../../pipeline/ports.js';
import { resolveSecret } from './host/processes/replica-environment.js';

/**
 * The values of configured secrets as they are now, and the passwords of the environment's PostgreSQL. One that can't be
 * read is left out: what can't be read here can't be told by accident either.
 */
export function localSecrets({ directory, database }: LocalOutputs): Secrets {
  return {
    async values(settings) {
      const references = settings.flatMap(({ secrets }) => Object.entries(secrets));
      const configured = references.map(([name, { reference }]) => resolveSecret(name, reference, directory));
      const passwords = database === null ? [] : await passwordsIn(dirname(database.passwordFile));
      const settled = await Promise.allSettled([...configured, ...passwords]);
      return [...new Set(settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])))];
    },
  };
}

async function passwordsIn(folder: string): Promise<Promise<string>[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.password'));
  return files.map(async (name) => (await readFile(join(folder, name), 'utf8')).trim());
}
