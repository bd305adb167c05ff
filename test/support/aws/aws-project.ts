import { execa } from 'execa';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awsOutputsSchema, type AwsOutputs } from '../../../contract/outputs.js';
import { parse } from '../../../contract/parse.js';
import { findEngine } from '../../../platforms/pulumi/find-engine.js';
import { compiledPackage } from '../compiled-package.js';
import { motoCredentials } from '../moto-server.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A team's repository on AWS, with the real engine, a backend in its own folder, and a stand-in for AWS. */
export interface AwsProject {
  readonly folder: string;
  /** Throws with all that was printed unless it ends with 0. */
  pulumi(words: readonly string[], minutes?: number): Promise<string>;
  /** The real command line; `more` is for its process only. */
  crossfade(words: readonly string[], more?: { node?: readonly string[]; env?: NodeJS.ProcessEnv }): Promise<string>;
  /** Writes the stack's file. */
  configure(stack: string, configuration: object): Promise<void>;
  outputs(stack: string): Promise<AwsOutputs>;
  remove(): Promise<void>;
}

export interface AwsProjectOptions {
  /** Answers for AWS. */
  readonly endpoint: string;
  /** The stack's program; left out, the package's own. */
  readonly program?: string;
}

export async function awsProject({ endpoint, program }: AwsProjectOptions): Promise<AwsProject> {
  const engine = await findEngine();
  if (engine === undefined) throw new Error('no Pulumi engine: run node scripts/engine.mjs');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-aws-')));
  const compiled = await compiledPackage();
  await writeProject(folder, compiled.folder, program ?? `export { default } from 'crossfade';\n`);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...motoCredentials,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-central-1',
    // S3 Control is asked at ACCOUNT.HOST, whatever the endpoint is; no resolver knows that name.
    HTTP_PROXY: endpoint,
    PATH: [engine.bin, process.env['PATH'] ?? ''].join(delimiter),
    PULUMI_BACKEND_URL: `file://${join(folder, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: 'a test',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    // The plugin is there, or the test did not begin.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  };
  const run = async (file: string, words: readonly string[], minutes: number, more: NodeJS.ProcessEnv = {}) => {
    const { exitCode, all } = await execa(file, words, {
      cwd: folder,
      env: { ...env, ...more },
      extendEnv: false,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: minutes * 60_000,
    });
    if (exitCode === 0) return all;
    throw new Error(`${[file.replace(/.*\//, ''), ...words].join(' ')} ended with ${exitCode ?? 'a signal'}:\n${all}`);
  };
  const pulumi = (words: readonly string[], minutes = 20): Promise<string> =>
    run(join(engine.bin, 'pulumi'), [...words, '--non-interactive', '--color=never'], minutes);
  const bin = join(compiled.folder, 'bin', 'crossfade.js');
  return {
    folder,
    pulumi,
    crossfade: (words, { node = [], env: more } = {}) => run(process.execPath, [...node, bin, ...words], 30, more),
    configure: (stack, configuration) =>
      // JSON is YAML.
      writeFile(
        join(folder, `Pulumi.${stack}.yaml`),
        JSON.stringify({ config: { 'crossfade:environment': configuration } }),
      ),
    async outputs(stack) {
      const text = await pulumi(['stack', 'output', '--json', '--stack', stack]);
      return parse(awsOutputsSchema, JSON.parse(text), `outputs of ${stack}`);
    },
    async remove() {
      await compiled.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function writeProject(folder: string, compiled: string, program: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await mkdir(join(folder, 'state'));
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
    'index.ts': program,
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
}
