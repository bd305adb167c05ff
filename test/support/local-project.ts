import { execa } from 'execa';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Colour } from '../../contract/colour.js';
import { localOutputsSchema, type LocalOutputs } from '../../contract/outputs.js';
import { settingsOf } from '../../contract/settings.js';
import { slotInputSchema, type SlotInput } from '../../contract/slot-input.js';
import type { Work } from '../../pipeline/ports/work.js';
import { balancerClient, type BalancerClient } from '../../platforms/local/host/balancer/client.js';
import { readReplicaRecords, type ReplicaRecord } from '../../platforms/local/host/processes/replica-record.js';
import { serviceFolder } from '../../platforms/local/host/processes/service-spec.js';
import { openEngine, type Engine } from '../../platforms/pulumi/engine.js';
import { findEngine } from '../../platforms/pulumi/find-engine.js';
import { compiledPackage } from './compiled-package.js';
import { writeArtifact } from './local-artifact.js';
import { stopLocal } from './stop-local.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A team's repository that uses this package, with a local environment that lies beside it. */
export interface LocalProject {
  readonly folder: string;
  /** Of the compiled package that the project uses. */
  readonly compiled: string;
  /** Holds state, store and the environment's directory; checkouts lie in it too. */
  readonly place: string;
  readonly engine: Engine;
  readonly work: Work;
  /** Lines that the engine's work said. */
  readonly said: string[];
  /** Plain `pulumi`, with nothing but what `crossfade env` would export. */
  pulumi(words: readonly string[], folder?: string): Promise<{ exitCode: number | undefined; output: string }>;
  /** Another checkout of the same project: committed files only. */
  checkout(services: Readonly<Record<string, object>>): Promise<string>;
  /** Changes the committed configuration. */
  configure(services: Readonly<Record<string, object>>, folder?: string): Promise<void>;
  upEnvironment(): Promise<LocalOutputs>;
  client(): Promise<BalancerClient>;
  input(version: string, services?: Readonly<Record<string, string>>): Promise<SlotInput>;
  replicas(colour: Colour, service: string): Promise<ReplicaRecord[]>;
  remove(): Promise<void>;
}

export const routedApi = { kind: 'routed', path: '/', command: ['node', 'server.cjs'], stopWithin: '2s' };

/** What every service of such a project has in TOKEN, and nothing that we write may hold. */
export const secretToken = 'sesame-4711-open';

/** A service that says who it is. */
export const answeringService = `
const { createServer } = require('node:http');
const { CROSSFADE_SERVICE, CROSSFADE_VERSION, CROSSFADE_COLOUR } = process.env;
const server = createServer((request, response) => {
  const slow = Number(new URL(request.url, 'http://service').searchParams.get('slow') ?? 0);
  setTimeout(() => response.end([CROSSFADE_SERVICE, CROSSFADE_VERSION, CROSSFADE_COLOUR].join(' ')), slow);
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

/** `PLACE` in the further configuration stands for the project's place. */
export async function localProject(
  services: Readonly<Record<string, object>>,
  further: Readonly<Record<string, object>> = {},
): Promise<LocalProject> {
  const found = await findEngine();
  if (found === undefined) throw new Error('no Pulumi engine: run node scripts/engine.mjs');
  const place = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-project-')));
  const directory = join(place, 'local');
  const compiled = await compiledPackage();
  const folder = await makeCheckout(place, compiled.folder, services, further);
  const engine = await openEngine({
    environment: {
      name: 'local',
      platform: 'local',
      backend: `file://${join(place, 'state')}`,
      secretsProvider: 'passphrase',
      directory,
      root: folder,
    },
    bin: found.bin,
    async saveState(key, text) {
      const file = join(place, 'store', key);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: 'wx' });
    },
  });
  await writeFile(join(place, 'token'), secretToken, { mode: 0o600 });
  const said: string[] = [];
  const work: Work = { signal: new AbortController().signal, say: (line) => said.push(line) };
  const adminSocket = join(directory, 'balancer', 'admin.sock');
  const replicas = (colour: Colour, service: string): Promise<ReplicaRecord[]> =>
    readReplicaRecords(serviceFolder({ directory, colour, service }));
  return {
    folder,
    compiled: compiled.folder,
    place,
    engine,
    work,
    said,
    async pulumi(words, where = folder) {
      const answer = await execa(join(found.bin, 'pulumi'), [...words, '--non-interactive', '--color=never'], {
        cwd: where,
        env: { ...process.env, ...engine.variables },
        extendEnv: false,
        reject: false,
        all: true,
        stdin: 'ignore',
        timeout: 150_000,
      });
      return { exitCode: answer.exitCode, output: answer.all };
    },
    checkout: (committed) => makeCheckout(place, compiled.folder, committed, further),
    configure: (committed, where = folder) => configure(where, place, committed, further),
    upEnvironment: async () => localOutputsSchema.parse((await engine.up('local', { work })).outputs),
    client: () => Promise.resolve(balancerClient(adminSocket)),
    async input(version, programs = { api: answeringService }) {
      const artifacts: Record<string, { digest: string; reference: string }> = {};
      for (const [service, program] of Object.entries(programs)) {
        const files = { 'server.cjs': `${program}// ${version}` };
        const { digest } = await writeArtifact(join(place, 'store', 'artifacts'), files);
        artifacts[service] = { digest, reference: service };
      }
      return slotInputSchema.parse({
        run: `local-run-${version}`,
        release: {
          format: 1,
          version,
          commit: { sha: '0'.repeat(40), author: 'somebody' },
          createdAt: '2026-01-01T00:00:00Z',
          artifacts,
        },
        settings: settingsOf({
          values: { GREETING: 'hello' },
          secrets: { TOKEN: { reference: `file:${join(place, 'token')}`, version: '1' } },
        }),
        replicas: {},
      });
    },
    replicas,
    async remove() {
      await stopLocal(directory);
      await rm(place, { recursive: true, force: true, maxRetries: 3 });
      await compiled.remove();
    },
  };
}

async function makeCheckout(
  place: string,
  compiled: string,
  services: Readonly<Record<string, object>>,
  further: Readonly<Record<string, object>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(place, 'checkout-'));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await symlink(compiled, join(modules, 'crossfade'));
  for (const name of ['@pulumi', 'ts-node', 'typescript', 'zod']) {
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  const files = {
    'package.json': JSON.stringify({ name: 'shop', type: 'module', private: true }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: { module: 'NodeNext', moduleResolution: 'NodeNext', target: 'ES2022', strict: true },
      'ts-node': { transpileOnly: true },
    }),
    'Pulumi.yaml': 'name: shop\nmain: ./index.ts\nruntime:\n  name: nodejs\n',
    'index.ts': `export { default } from 'crossfade';\n`,
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  await configure(folder, place, services, further);
  return folder;
}

async function configure(
  folder: string,
  place: string,
  services: Readonly<Record<string, object>>,
  further: Readonly<Record<string, object>> = {},
): Promise<void> {
  const environment = {
    platform: 'local',
    product: 'shop',
    backend: `file://${join(place, 'state')}`,
    secretsProvider: 'passphrase',
    store: join(place, 'store'),
    directory: join(place, 'local'),
    port: 0,
    services,
    ...further,
  };
  // JSON is YAML.
  const text = JSON.stringify({ config: { 'crossfade:environment': environment } });
  await writeFile(join(folder, 'Pulumi.local.yaml'), text.replaceAll('PLACE', place));
}
