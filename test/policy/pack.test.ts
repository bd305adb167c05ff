import { expect } from 'chai';
import { chmod, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stackPreview, type StackPreview } from '../../pipeline/preview/stack-preview.js';
import { openEngine, type Engine } from '../../platforms/pulumi/engine.js';
import { findEngine } from '../../platforms/pulumi/find-engine.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Registers a resource as the Docker provider would, without that provider: a component may have any type and inputs. */
const program = (image: string): string => `
const pulumi = require('@pulumi/pulumi');
class Container extends pulumi.Resource {
  constructor(name, inputs) { super('docker:index/container:Container', name, false, inputs, {}); }
}
new Container('api', { image: '${image}' });
`;

/**
 * With the engine's own Node host a pack says runtime: nodejs. The host that can be built from source is older and can't
 * run packs: a runtime of another name makes the engine look for this script instead.
 */
describe('the policy pack in the real engine', function () {
  this.timeout(120_000);
  const path = process.env['PATH'];
  let folder: string;
  let engine: Engine;

  before(async () => {
    const found = await findEngine();
    if (found === undefined) throw new Error('no Pulumi engine: run node scripts/engine.mjs');
    folder = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-policy-')));
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(root, 'node_modules', '@pulumi'), join(folder, 'node_modules', '@pulumi'));
    await writeFile(join(folder, 'Pulumi.yaml'), 'name: shop\nmain: ./index.js\nruntime: nodejs\n');
    await writeFile(join(folder, 'package.json'), '{ "name": "shop", "private": true }');
    await cp(join(root, 'policy'), join(folder, 'pack'), { recursive: true });
    await writeFile(join(folder, 'pack/PulumiPolicy.yaml'), 'runtime: crossfade\nmain: index.js\n');
    const run = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run-policy-pack');
    const script = join(folder, 'bin/pulumi-analyzer-policy-crossfade');
    await mkdir(join(folder, 'bin'));
    await writeFile(script, `#!/bin/sh\nexec node '${run}' "$@"\n`);
    await chmod(script, 0o755);
    process.env['PATH'] = [join(folder, 'bin'), path ?? ''].join(delimiter);
    engine = await openEngine({
      environment: {
        name: 'local',
        platform: 'local',
        backend: `file://${join(folder, 'state')}`,
        secretsProvider: 'passphrase',
        directory: join(folder, 'local'),
        root: folder,
      },
      bin: found.bin,
      saveState: () => Promise.resolve(),
    });
    await engine.ensureStack('local');
  });

  after(async () => {
    if (path === undefined) delete process.env['PATH'];
    else process.env['PATH'] = path;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  async function preview(image: string): Promise<StackPreview> {
    await writeFile(join(folder, 'index.js'), program(image));
    const work = { signal: AbortSignal.timeout(100_000), say: () => undefined };
    const answer = await engine.preview('local', { work, policyPack: join(folder, 'pack') });
    return stackPreview('local', answer!, { live: [], liveBecause: '' });
  }

  it('lets a program pass that keeps the rules', async () => {
    const { hidden, changes } = await preview(`shop/api@sha256:${'a'.repeat(64)}`);
    expect(hidden).to.deep.equal([]);
    expect(changes.map(({ change }) => change.name)).to.include('api');
  });

  it('fails the preview of one that breaks a mandatory rule, and says which', async () => {
    const { hidden } = await preview('shop/api:latest');
    expect(hidden).to.have.length(1);
    expect(hidden[0])
      .to.match(/^policy images-by-digest: /)
      .and.contain('shop/api:latest is named by a tag');
  });
});
