import { expect } from 'chai';
import { execa } from 'execa';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { localOutputsSchema } from '../../contract/outputs.js';
import { packedPackage, type PackedPackage } from '../support/packed-package.js';
import { stopLocal } from '../support/stop-local.js';

const service = `
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  response.end(request.url === '/healthz' ? 'ok' : 'hello from ' + process.env.CROSSFADE_VERSION);
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

describe('the package as npm would publish it', function () {
  this.timeout(240_000);
  let packed: PackedPackage;
  let project = '';
  let variables: Record<string, string> = {};

  before(async () => {
    project = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-team-')));
    packed = await packedPackage();
    await packed.installInto(project);
  });

  after(async () => {
    await stopLocal(join(project, '.crossfade', 'local'));
    await rm(project, { recursive: true, force: true, maxRetries: 3 });
    await packed.remove();
  });

  async function run(program: string, words: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const options = { cwd: project, env, reject: false, stdin: 'ignore', timeout: 150_000, all: true } as const;
    const { exitCode, all, stdout } = await execa(program, words, options);
    expect(exitCode, `${words.join(' ')}:\n${all}`).to.equal(0);
    return stdout;
  }
  const crossfade = (...words: string[]): Promise<string> =>
    run(process.execPath, [join(project, 'node_modules/crossfade/bin/crossfade.js'), ...words]);
  const pulumi = (...words: string[]): Promise<string> => run('pulumi', [...words, '--non-interactive'], variables);

  it('contains what it needs to run, and neither sources nor tests nor the way the engine is built', () => {
    expect(packed.files).to.include.members(['package.json', 'LICENSE', 'bin/crossfade.js', 'dist/index.js']);
    expect(packed.files).to.include.members(['dist/command-line/main.js', 'dist/command-line/LICENSES.txt']);
    expect(packed.files).to.include.members(['dist/guard/stack-trace.js', 'dist/platforms/local/provider.js']);
    expect(packed.files).to.include('schema/environment.schema.json');
    const expected = /^(package\.json|README\.md|LICENSE|(bin|dist|schema)\/.+)$/;
    expect(packed.files.filter((path) => !expected.test(path))).to.deep.equal([]);
    expect(
      packed.files.filter((path) => /(?<!\.d)\.ts$|\.go$|\.tsbuildinfo$|\.test\.|^(dist\/)?test\//.test(path)),
    ).to.deep.equal([]);
  });

  it('runs nothing when it is installed', () => {
    const atInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare'];
    expect(Object.keys(packed.manifest.scripts).filter((name) => atInstall.includes(name))).to.deep.equal([]);
  });

  it('makes a project of an empty folder', async () => {
    expect(await crossfade('init', '--product', 'shop')).to.contain('wrote');
    const file = join(project, 'Pulumi.local.yaml');
    const text = (await readFile(file, 'utf8'))
      .replace('port: 8080', 'port: 0')
      .replace('hold: 30s', 'hold: 200ms')
      .replace('bake: 1m', 'bake: 200ms');
    expect(text).to.contain('port: 0').and.to.contain('hold: 200ms').and.to.contain('bake: 200ms');
    await writeFile(file, text);
  });

  it('tells plain pulumi what it needs to bring the environment up', async () => {
    variables = z.record(z.string(), z.string()).parse(JSON.parse(await crossfade('env', 'local', '--json')));
    await pulumi('stack', 'init', 'local');
    await pulumi('up', '--stack', 'local', '--yes', '--skip-preview', '--suppress-outputs');
  });

  it('deploys a release of the team’s own service, which then answers users', async () => {
    await mkdir(join(project, 'web'));
    await writeFile(join(project, 'web', 'main.mjs'), service);
    const made = ['--version', '1.0.0', '--artifact', 'web=web', '--commit', 'c0ffee', '--author', 'Ada'];
    await crossfade('release', 'create', 'local', ...made);
    await crossfade('deploy', 'local', '1.0.0');
    const outputs = localOutputsSchema.parse(JSON.parse(await pulumi('stack', 'output', '--stack', 'local', '--json')));
    const answer = await fetch(outputs.balancer.url, { signal: AbortSignal.timeout(5_000) });
    expect(await answer.text()).to.equal('hello from 1.0.0');
  });
});
