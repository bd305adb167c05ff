import { expect } from 'chai';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pulumiProject, type PulumiProject } from '../support/pulumi-project.js';

const policy = fileURLToPath(new URL('../../policy', import.meta.url));

/** Registers a resource as the Docker provider would, without that provider: a component may have any type and inputs. */
const program = `
const pulumi = require('@pulumi/pulumi');
class Container extends pulumi.Resource {
  constructor(name, inputs) { super('docker:index/container:Container', name, false, inputs, {}); }
}
new Container('api', { image: process.env.IMAGE });
`;

/**
 * With the engine's own Node host a pack says runtime: nodejs. The host that can be built from source is older and can't
 * run packs: a runtime of another name makes the engine look for this script instead.
 */
describe('the policy pack in the real engine', function () {
  this.timeout(120_000);
  let project: PulumiProject;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    project = await pulumiProject({
      'Pulumi.yaml': 'name: shop\nmain: ./index.js\nruntime: nodejs\n',
      'package.json': '{ "name": "shop", "private": true }',
      'index.js': program,
    });
    const pack = join(project.folder, 'pack');
    await cp(policy, pack, { recursive: true });
    await writeFile(join(pack, 'PulumiPolicy.yaml'), 'runtime: crossfade\nmain: index.js\n');
    const run = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run-policy-pack');
    const bin = join(project.folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'pulumi-analyzer-policy-crossfade'), `#!/bin/sh\nexec node '${run}' "$@"\n`);
    await chmod(join(bin, 'pulumi-analyzer-policy-crossfade'), 0o755);
    environment = { PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) };
    await project.pulumi(['stack', 'init', 'production']);
  });

  after(() => project.remove());

  const preview = (image: string) =>
    project.pulumi(['preview', '--stack', 'production', '--policy-pack', join(project.folder, 'pack')], {
      environment: { ...environment, IMAGE: image },
      seconds: 100,
    });

  it('lets a program pass that keeps the rules', async () => {
    const { exitCode, output } = await preview(`shop/api@sha256:${'a'.repeat(64)}`);
    expect(exitCode, output).to.equal(0);
  });

  it('fails the preview of one that breaks a mandatory rule, and says which', async () => {
    const { exitCode, output } = await preview('shop/api:latest');
    expect(exitCode).to.not.equal(0);
    expect(output).to.contain('images-by-digest').and.contain('shop/api:latest is named by a tag');
  });
});
