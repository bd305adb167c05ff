import { expect } from 'chai';
import { execa } from 'execa';
import { pulumiProject, sourceUrl } from '../support/pulumi-project.js';
import type { PulumiProject } from '../support/pulumi-project.js';

const frameThatHangs = '    at new Resource (/shop/node_modules/@pulumi/resource.ts:470:12)';

/** Inspects, in a process of its own, an error whose stack a source-map library has prepared. */
function inspect(first: string): Promise<{ timedOut: boolean; stdout: string }> {
  const program = `
    ${first}
    const { inspect } = await import('node:util');
    Error.prepareStackTrace = (error) => String(error) + ${JSON.stringify(`\n${frameThatHangs}`)};
    console.log(inspect(new Error('told'), { colors: true }));
  `;
  return execa(
    process.execPath,
    ['--max-old-space-size=200', '--import', 'tsx', '--input-type=module', '-e', program],
    {
      reject: false,
      timeout: 5_000,
      killSignal: 'SIGKILL',
      extendEnv: true,
      env: { NODE_OPTIONS: '' },
    },
  );
}

const [major, minor, patch] = process.versions.node.split('.').map(Number) as [number, number, number];
const isAffected = major === 20 && (minor > 19 || (minor === 19 && patch >= 6));

describe('the guard against stack traces that hang Node', function () {
  this.timeout(30_000);

  it('is needed: without it, an affected Node does not get past the frame', async function () {
    if (!isAffected) this.skip();
    const { stdout } = await inspect('');
    expect(stdout).not.to.contain('told');
  });

  it('lets the frame be shown', async () => {
    const { stdout, timedOut } = await inspect(`await import(${JSON.stringify(sourceUrl('guard/stack-trace.ts'))});`);
    expect(timedOut).to.equal(false);
    expect(stdout).to.contain('told').and.to.contain('resource.ts:470:12');
  });

  it('gives back what a library saved and restored', async () => {
    const program = `
      await import(${JSON.stringify(sourceUrl('guard/stack-trace.ts'))});
      const original = (error) => 'prepared ' + error.message;
      Error.prepareStackTrace = original;
      const saved = Error.prepareStackTrace;
      Error.prepareStackTrace = (_, frames) => frames;
      const frames = new Error('frames').stack;
      Error.prepareStackTrace = saved;
      console.log(Array.isArray(frames), new Error('again').stack);
      Error.prepareStackTrace = undefined;
      console.log(Error.prepareStackTrace);
    `;
    const { stdout } = await execa(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
    expect(stdout.split('\n')).to.deep.equal(['true prepared again', 'undefined']);
  });
});

describe('a Pulumi program that throws', function () {
  this.timeout(120_000);
  let project: PulumiProject;

  before(async () => {
    project = await pulumiProject({
      'package.json': JSON.stringify({ name: 'thrower', type: 'module' }),
      'index.ts': `
        import ${JSON.stringify(sourceUrl('guard/stack-trace.ts'))};
        import * as pulumi from '@pulumi/pulumi';
        if (process.env['THROW'] === 'top') throw new Error('told at the top');
        pulumi.output(1).apply(() => { throw new Error('told in apply'); });
      `,
    });
    await project.pulumi(['stack', 'init', 'local']);
  });

  after(() => project.remove());

  for (const [where, message] of [
    ['top', 'told at the top'],
    ['apply', 'told in apply'],
  ] as const) {
    it(`ends with its message when it throws ${where === 'top' ? 'at the top' : 'inside apply'}`, async () => {
      const began = Date.now();
      const answer = await project.pulumi(['preview', '-s', 'local'], { environment: { THROW: where }, seconds: 45 });
      expect(answer.timedOut, answer.output).to.equal(false);
      expect(answer.output).to.contain(message);
      expect(answer.exitCode).to.equal(1);
      expect(Date.now() - began).to.be.lessThan(30_000);
    });
  }
});
