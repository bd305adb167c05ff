import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { pulumiProject, sourceUrl } from '../../support/pulumi-project.js';
import type { PulumiProject } from '../../support/pulumi-project.js';

const provider = `
  import { appendFile } from 'node:fs/promises';
  const told = (verb, ...rest) => appendFile('calls.ndjson', JSON.stringify([verb, ...rest]) + '\\n');
  export const implementations = {
    processes: {
      async check(last, next) {
        await told('check', last, next);
        return next.count < 0
          ? { inputs: next, failures: [{ property: 'count', reason: 'is negative' }] }
          : { inputs: next };
      },
      async diff(id, last, next) {
        await told('diff', id, last, next);
        return { changes: last.count !== next.count };
      },
      async create(next) {
        await told('create', next);
        return { id: 'one', outs: { ...next, made: next.count } };
      },
      async read(id, last) {
        await told('read', id, last);
        return process.env['GONE'] === undefined ? { id, props: last } : { id: '' };
      },
      async update(id, last, next) {
        await told('update', id, last, next);
        return { outs: { ...next, made: next.count } };
      },
      async delete(id, last) {
        await told('delete', id, last);
      },
    },
  };
`;

const program = `
  import ${JSON.stringify(sourceUrl('guard/stack-trace.ts'))};
  import * as pulumi from '@pulumi/pulumi';
  import { shim } from ${JSON.stringify(sourceUrl('components/local/shim.ts'))};
  class Processes extends pulumi.dynamic.Resource {
    declare readonly made: pulumi.Output<number>;
    constructor(name: string, args: { count: number; password: pulumi.Input<string> }) {
      super(shim(process.env['IMPLEMENTATION'] ?? 'processes'), name, { made: undefined, ...args }, {}, 'local', 'Processes');
    }
  }
  const captured = 'a secret the program knows';
  const count = Number(process.env['COUNT'] ?? 1);
  export const made = new Processes('api', { count, password: pulumi.secret('sw0rdfish') }).made;
  export const length = captured.length;
`;

const project = (): Promise<PulumiProject> =>
  pulumiProject({
    'package.json': JSON.stringify({
      name: 'crossfade',
      type: 'module',
      exports: { './local-provider': './provider.js' },
    }),
    'provider.js': provider,
    'index.ts': program,
  });

const dependent = (): Promise<PulumiProject> =>
  pulumiProject({
    'package.json': JSON.stringify({ name: 'shop', type: 'module' }),
    'node_modules/crossfade/package.json': JSON.stringify({
      name: 'crossfade',
      type: 'module',
      exports: { './local-provider': './dist/provider.js' },
    }),
    'node_modules/crossfade/dist/provider.js': provider,
    'index.ts': program,
  });

const up = ['up', '-s', 'local', '--skip-preview', '--yes'];

async function calls(folder: string): Promise<unknown[]> {
  const lines = (await readFile(join(folder, 'calls.ndjson'), 'utf8')).trim().split('\n');
  return lines.map((line): unknown => JSON.parse(line));
}

describe('the shim of a local resource', function () {
  this.timeout(180_000);
  let open: PulumiProject | undefined;

  afterEach(async () => {
    await open?.remove();
    open = undefined;
  });

  async function start(made: Promise<PulumiProject>): Promise<PulumiProject> {
    open = await made;
    expect((await open.pulumi(['stack', 'init', 'local'])).exitCode).to.equal(0);
    return open;
  }

  it('hands every verb of the real engine to the compiled implementation, without what Pulumi adds', async () => {
    const { pulumi, folder } = await start(project());
    const verbs: (readonly [words: string[], environment: NodeJS.ProcessEnv])[] = [
      [up, {}],
      [up, { COUNT: '2' }],
      [['refresh', '-s', 'local', '--skip-preview', '--yes'], {}],
      [['destroy', '-s', 'local', '--skip-preview', '--yes'], {}],
    ];
    for (const [words, environment] of verbs) {
      const answer = await pulumi(words, { environment });
      expect(answer.exitCode, answer.output).to.equal(0);
    }
    const password = 'sw0rdfish';
    expect(await calls(folder)).to.deep.equal([
      ['check', {}, { count: 1, password }],
      ['create', { count: 1, password }],
      ['check', { count: 1, password }, { count: 2, password }],
      ['diff', 'one', { count: 1, made: 1, password }, { count: 2, password }],
      ['update', 'one', { count: 1, made: 1, password }, { count: 2, password }],
      ['read', 'one', { count: 2, made: 2, password }],
      ['diff', 'one', { count: 2, made: 2, password }, { count: 2, password }],
      ['delete', 'one', { count: 2, made: 2, password }],
    ]);
  });

  it('leaves no secret in the state, and no path in what it leaves there', async () => {
    const { pulumi, folder } = await start(project());
    expect((await pulumi(up)).exitCode).to.equal(0);
    const state = (await pulumi(['stack', 'export', '-s', 'local'])).output;
    expect(state).not.to.contain('sw0rdfish');
    expect(state).not.to.contain('a secret the program knows');
    const shims = [...state.matchAll(/"__provider": "(.*)"/g)].map(([, text]) => text ?? '');
    expect(new Set(shims).size).to.equal(1);
    expect(shims[0]).to.contain('crossfade/local-provider').and.to.contain('processes');
    expect(shims[0]).not.to.contain(folder);
    expect(shims[0]).not.to.contain('file:');
  });

  it('forgets at refresh what the implementation says is gone', async () => {
    const { pulumi } = await start(project());
    await pulumi(up);
    const answer = await pulumi(['refresh', '-s', 'local', '--skip-preview', '--yes'], { environment: { GONE: '1' } });
    expect(answer.output).to.contain('1 deleted');
  });

  it('shows what check refuses, and says when there is no such implementation', async () => {
    const { pulumi } = await start(project());
    const refused = await pulumi(up, { environment: { COUNT: '-1' } });
    expect(refused.exitCode).to.equal(1);
    expect(refused.output).to.contain('is negative');
    const unknown = await pulumi(up, { environment: { IMPLEMENTATION: 'daemons' } });
    expect(unknown.exitCode).to.equal(1);
    expect(unknown.output).to.contain('no local resource named daemons');
  });

  it('finds the implementation in an installed package, too', async () => {
    const { pulumi, folder } = await start(dependent());
    const answer = await pulumi(up);
    expect(answer.exitCode, answer.output).to.equal(0);
    expect(await calls(folder)).to.have.lengthOf(2);
  });
});
