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
  const password = 'sw0rdfish';

  describe('in the project that is the package', () => {
    let open: PulumiProject;
    let state: string;

    before(async () => {
      open = await project();
      const told: string[][] = [['stack', 'init', 'local'], up];
      for (const words of told) expect(await open.pulumi(words)).to.include({ exitCode: 0 });
      state = (await open.pulumi(['stack', 'export', '-s', 'local'])).output;
    });

    after(() => open.remove());

    it('hands every verb of the real engine to the compiled implementation, without what Pulumi adds', async () => {
      const verbs: (readonly [words: string[], environment: NodeJS.ProcessEnv])[] = [
        [up, { COUNT: '2' }],
        [['refresh', '-s', 'local', '--skip-preview', '--yes'], {}],
        [['destroy', '-s', 'local', '--skip-preview', '--yes'], {}],
      ];
      for (const [words, environment] of verbs) {
        const answer = await open.pulumi(words, { environment });
        expect(answer.exitCode, answer.output).to.equal(0);
      }
      expect(await calls(open.folder)).to.deep.equal([
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

    it('leaves no secret in the state, and no path in what it leaves there', () => {
      expect(state).not.to.contain(password);
      expect(state).not.to.contain('a secret the program knows');
      const shims = [...state.matchAll(/"__provider": "(.*)"/g)].map(([, text]) => text ?? '');
      expect(new Set(shims).size).to.equal(1);
      expect(shims[0]).to.contain('crossfade/local-provider').and.to.contain('processes');
      expect(shims[0]).not.to.contain(open.folder);
      expect(shims[0]).not.to.contain('file:');
    });
  });

  describe('in a project that depends on the package', () => {
    let open: PulumiProject;

    before(async () => {
      open = await dependent();
      await open.pulumi(['stack', 'init', 'local']);
    });

    after(() => open.remove());

    it('shows what check refuses', async () => {
      const answer = await open.pulumi(up, { environment: { COUNT: '-1' } });
      expect(answer.exitCode).to.equal(1);
      expect(answer.output).to.contain('is negative');
    });

    it('says when there is no such implementation', async () => {
      const answer = await open.pulumi(up, { environment: { IMPLEMENTATION: 'daemons' } });
      expect(answer.exitCode).to.equal(1);
      expect(answer.output).to.contain('no local resource named daemons');
    });

    it('makes the resource, and forgets at refresh what the implementation says is gone', async () => {
      const made = await open.pulumi(up);
      expect(made.exitCode, made.output).to.equal(0);
      const refresh = ['refresh', '-s', 'local', '--skip-preview', '--yes'];
      const answer = await open.pulumi(refresh, { environment: { GONE: '1' } });
      expect(answer.output).to.contain('1 deleted');
      expect((await calls(open.folder)).slice(-2)).to.deep.equal([
        ['create', { count: 1, password }],
        ['read', 'one', { count: 1, made: 1, password }],
      ]);
    });
  });
});
