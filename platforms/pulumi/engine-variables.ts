import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { backendFolder, backendUrl, ensurePassphrase } from './backend.js';

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
    ...guard(),
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

/**
 * The SDK takes a stack trace of every promise that it makes, and a graph of hundreds of resources makes thousands in a
 * moment: with short traces and a small nursery production's program takes a quarter less time and a tenth less memory.
 */
export const leanNode: readonly string[] = ['--max-semi-space-size=4', '--stack-trace-limit=4'].filter((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag.replace(/=.*/, '')),
);

/** For programs that were not written with ours in mind: see guard/stack-trace. Compiled code only. */
function guard(): Record<string, string> {
  const places = ['../../guard/stack-trace.js', '../../dist/guard/stack-trace.js'];
  const file = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
  if (file === undefined) return {};
  const before = process.env['NODE_OPTIONS'];
  const ours = [`--import ${pathToFileURL(file).href}`, ...leanNode].join(' ');
  return { NODE_OPTIONS: before === undefined || before === '' ? ours : `${before} ${ours}` };
}
