import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { LocalBalancer, type LocalRoute } from '../components/local/balancer.js';
import { LocalDatabase } from '../components/local/database.js';
import type { LocalConfiguration } from '../contract/configuration.js';
import { databaseBackupsSchema } from '../contract/database-backups.js';
import { ConfigurationError } from '../contract/errors.js';
import type { EnvironmentOutputs, LocalOutputs } from '../contract/outputs.js';
import type { Services } from '../contract/service.js';
import type { Unresolved } from './unresolved.js';

// The kernel refuses longer names for sockets (108 bytes on Linux, 104 on macOS).
const longestSocket = 100;

export function localEnvironment(options: {
  readonly environment: string;
  readonly configuration: LocalConfiguration;
  readonly root: string;
  readonly last: EnvironmentOutputs | undefined;
}): Unresolved<LocalOutputs> {
  const { environment, configuration, root } = options;
  const last = options.last?.platform === 'local' ? options.last : undefined;
  const directory = settledPath('directory', configuration.directory, root, last?.directory);
  const artifacts = settledPath('store', join(storeFolder(configuration.store), 'artifacts'), root, last?.artifacts);
  requireCommands(configuration.services);
  const folder = join(directory, 'balancer');
  const sockets = { adminSocket: socketPath(folder, 'admin.sock'), testSocket: socketPath(folder, 'test.sock') };
  const balancer = new LocalBalancer(`${environment}-balancer`, {
    directory,
    folder,
    port: configuration.port,
    ...sockets,
    affinity: configuration.affinity,
    routes: routesOf(configuration.services),
  });
  return {
    format: 1,
    environment,
    platform: 'local',
    directory,
    artifacts,
    services: configuration.services,
    balancer: { url: balancer.url, ...sockets },
    database: databaseOf(environment, directory, configuration.database),
  };
}

/** Where things lie is decided once: another checkout, whose relative paths lead elsewhere, must not move them. */
function settledPath(key: string, path: string, root: string, last: string | undefined): string {
  const wanted = resolve(root, path);
  if (last === undefined || last === wanted) return wanted;
  if (!isAbsolute(path)) return last;
  throw new ConfigurationError(`'${key}' says ${wanted}, but this environment lies in ${last} and can't move`, {
    hint: `say ${last}, or destroy the environment first`,
  });
}

function storeFolder(store: string): string {
  if (!/^[a-z0-9]+:\/\//.test(store)) return store;
  throw new ConfigurationError(`'store' is ${store}: the local platform runs artifacts from a store that is a folder`);
}

function requireCommands(services: Services): void {
  const without = Object.keys(services).filter((name) => services[name]?.command === undefined);
  if (without.length === 0) return;
  throw new ConfigurationError(`services ${without.join(', ')}: on the local platform a service needs a 'command'`);
}

function routesOf(services: Services): Record<string, LocalRoute> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, service]) => {
      if (service.kind !== 'routed') return [];
      const health = { path: service.health.path, everyMilliseconds: service.health.every };
      const route = service.host === undefined ? {} : { host: service.host };
      return [[name, { path: service.path, ...route, health }]];
    }),
  );
}

function databaseOf(
  environment: string,
  directory: string,
  wanted: LocalConfiguration['database'],
): Unresolved<LocalOutputs['database']> {
  if (wanted === null) return null;
  const { name, url, backups } = wanted;
  if (url !== undefined) {
    const ownerUrl = wanted.ownerUrl ?? url;
    const readerUrl = wanted.readerUrl ?? ownerUrl;
    const wantedBackups = backups ?? databaseBackupsSchema.parse({});
    const kind = wantedBackups.kind === 'branch' ? ('branch' as const) : ('dump' as const);
    return { name, url, ownerUrl, readerUrl, backups: { ...wantedBackups, kind } };
  }
  const { host, port, user, passwordFile } = new LocalDatabase(`${environment}-database`, { directory, name });
  return { host, port, name, user, passwordFile, ...(backups === undefined ? {} : { backups }) };
}

function socketPath(folder: string, name: string): string {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= longestSocket) return path;
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `crossfade-${hash}-${name}`);
}
