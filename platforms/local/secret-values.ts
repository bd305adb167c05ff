import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OperatorError } from '../../contract/errors.js';
import type { LocalOutputs } from '../../contract/outputs.js';
import type { Secrets } from '../../pipeline/ports/secrets.js';
import { resolveSecret } from './host/processes/replica-environment.js';

/**
 * The values of configured secrets as they are now, and the passwords of the environment's PostgreSQL. One that can't be
 * read is left out: what can't be read here can't be told by accident either.
 */
export function localSecrets({ directory, database }: LocalOutputs): Secrets {
  return {
    async values(settings) {
      const references = settings.flatMap(({ secrets }) => Object.entries(secrets));
      const configured = references.map(
        ([name, { reference }]) =>
          () =>
            resolveSecret(name, reference, directory),
      );
      // None is begun before all are waited for: one that can't be read would end this process.
      const readings = [...configured, ...(await ofDatabase(database, directory))];
      const settled = await Promise.allSettled(readings.map((read) => read()));
      return [...new Set(settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])))];
    },

    async read(setting, { reference }) {
      const value = await resolveSecret(setting, reference, directory).catch(onlyOperators);
      if (value === undefined) return undefined;
      // Of a variable nothing tells since when it is what it is.
      const file = reference.startsWith('file:') ? resolve(directory, reference.slice('file:'.length)) : undefined;
      const since = file === undefined ? undefined : (await stat(file)).mtime.toISOString();
      return { value, since };
    },
  };
}

type Reading = () => Promise<string>;

/** Of a server of somebody else's the URLs, and the passwords in them. */
async function ofDatabase(database: LocalOutputs['database'], directory: string): Promise<Reading[]> {
  if (database === null) return [];
  const key = database.backups?.encryptionKey;
  const sealing = key === undefined ? [] : [() => resolveSecret('database.backups.encryptionKey', key, directory)];
  const ofBranches = Object.entries(database.backups?.branches?.secrets ?? {}).map(
    ([name, reference]) =>
      () =>
        resolveSecret(name, reference, directory),
  );
  if (!('url' in database)) return [...sealing, ...(await passwordsIn(dirname(database.passwordFile)))];
  const { readPostgresUrl } = await import('../postgres/address.js');
  const urls = [...new Set([database.url, database.ownerUrl, database.readerUrl])].map(
    (reference) => () => resolveSecret('database.url', reference, directory),
  );
  const passwords = urls.map((url) => async () => readPostgresUrl(await url(), 'database.url').password());
  return [...sealing, ...ofBranches, ...urls, ...passwords];
}

function onlyOperators(error: unknown): undefined {
  if (!(error instanceof OperatorError)) throw error;
}

async function passwordsIn(folder: string): Promise<Reading[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.password'));
  return files.map((name) => async () => (await readFile(join(folder, name), 'utf8')).trim());
}
