import { expect } from 'chai';
import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sourceUrl } from '../support/pulumi-project.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a program of the SDK finds out about itself. */
const toldSchema = z.object({
  /** Files of the compiler, of npm and of the SDK's automation that are loaded. */
  before: z.number(),
  after: z.number(),
  automation: z.string(),
  text: z.string(),
  paths: z.number(),
  limit: z.number(),
  promise: z.string(),
  failure: z.string(),
});

const program = `
  await import(${JSON.stringify(sourceUrl('guard/lean-sdk.ts'))});
  const { createRequire } = await import('node:module');
  const require = createRequire(${JSON.stringify(`${root}index.js`)});
  const late = /[\\\\/](typescript|@npmcli[\\\\/]arborist|fdir|normalize-package-data|pulumi[\\\\/]automation)[\\\\/]/;
  const loaded = () => Object.keys(require.cache).filter((path) => late.test(path)).length;
  process.on('unhandledRejection', () => {});
  const pulumi = require('@pulumi/pulumi');
  const before = loaded();
  const pending = Promise.resolve();
  void require('@pulumi/pulumi/runtime/debuggable').debuggablePromise(pending, 'a test');
  const failure = await pulumi.output(1).apply(() => { throw new Error('told'); }).promise().catch((error) => error);
  const add = 40;
  const { text } = await pulumi.runtime.serializeFunction(() => add + 2);
  const { size: paths } = await pulumi.runtime.computeCodePaths({});
  const { stackTraceLimit: limit } = Error;
  const after = loaded();
  const automation = typeof pulumi.automation.LocalWorkspace.createStack;
  const told = { before, after, automation, text, paths, limit, promise: pending._debugStackTrace, failure: failure.stack };
  console.log(JSON.stringify(told));
`;

describe('the lean SDK', function () {
  this.timeout(40_000);
  let told: z.infer<typeof toldSchema>;

  before(async () => {
    const words = ['--import', 'tsx', '--input-type=module', '-e', program];
    const { stdout } = await execa(process.execPath, words, { cwd: root, timeout: 30_000 });
    told = toldSchema.parse(JSON.parse(stdout));
  });

  it('loads neither a compiler nor npm for a program that turns no function into text', () => {
    expect(told.before).to.equal(0);
  });

  it('loads both for one that does, which goes as ever', () => {
    expect(told.after).to.be.greaterThan(1);
    expect(told.text).to.contain('add + 2').and.to.contain('add: 40');
    expect(told.paths).to.be.greaterThan(10);
  });

  it('loads what runs an engine for a program that asks for it', () => {
    expect(told.automation).to.equal('function');
  });

  it('takes no trace of a promise, and all of an error', () => {
    expect(told.promise).to.equal('Error');
    expect(told.limit).to.equal(10);
    expect(told.failure.split('\n')).to.have.length.above(2);
  });
});
