import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { backendFolder, backendUrl, ensurePassphrase } from './backend.js';
import { cacheFolder } from './cache-folder.js';

export interface EngineEnvironment {
  readonly platform: 'local' | 'aws';
  readonly backend: string;
  readonly secretsProvider: string;
  /** Local only: absolute folder of the environment. */
  readonly directory?: string;
  /** Absolute: where Pulumi.yaml lies. */
  readonly root: string;
}

/**
 * What Pulumi needs in its environment to work on this environment's stacks: also what `crossfade env` prints. A local
 * environment has a home, a backend and a passphrase of its own, and needs nothing of the operator's.
 */
export async function engineVariables(environment: EngineEnvironment, bin: string): Promise<Record<string, string>> {
  const folder = backendFolder(environment.backend, environment.root);
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
  const variables: Record<string, string> = {
    PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
    PULUMI_BACKEND_URL: backendUrl(environment.backend, environment.root),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    ...nodeVariables(),
  };
  if (environment.platform !== 'local' || environment.directory === undefined) return variables;
  const home = join(environment.directory, 'pulumi');
  await mkdir(home, { recursive: true, mode: 0o700 });
  variables['PULUMI_HOME'] = home;
  // Nothing that runs here needs a plugin; without this the CLI fetches one for every SDK that it finds installed.
  variables['PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION'] = 'true';
  if (environment.secretsProvider === 'passphrase') {
    variables['PULUMI_CONFIG_PASSPHRASE_FILE'] = await ensurePassphrase(folder ?? home);
  }
  return variables;
}

/** For Node: what a program of Pulumi's runs the better for, whoever wrote it; see guard/. Compiled code only. */
export function preloads(): readonly string[] {
  const places = ['../../guard/preload.js', '../../dist/guard/preload.js'];
  const file = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
  return file === undefined ? [] : ['--import', pathToFileURL(file).href];
}

function nodeVariables(): Record<string, string> {
  const before = process.env['NODE_OPTIONS'];
  const options = [...(before === undefined || before === '' ? [] : [before]), ...preloads()];
  return {
    ...(options.length === 0 ? {} : { NODE_OPTIONS: options.join(' ') }),
    // Node 22 keeps there what it has compiled; earlier ones don't know it.
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(cacheFolder(), 'compiled'),
  };
}
