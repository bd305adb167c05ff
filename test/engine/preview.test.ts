import { expect } from 'chai';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { publicKeyOf } from '../../contract/ed25519.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { FolderStore } from '../../journal/folder-store.js';
import { systemClock } from '../../cli/run/system-clock.js';
import { commandLine, type Said } from '../support/command-line.js';
import { localOutputs } from '../support/local-outputs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Makes what wanted.json says; kinds as the local platform has them. */
const program = `
const pulumi = require('@pulumi/pulumi');
const { readFileSync } = require('node:fs');
const { resources, outputs } = JSON.parse(readFileSync('wanted.json', 'utf8'));
const provider = {
  async diff(id, olds, news) {
    const replaces = olds.engine === news.engine ? [] : ['engine'];
    return { changes: JSON.stringify(olds) !== JSON.stringify(news), replaces, deleteBeforeReplace: true };
  },
  async create(inputs) { return { id: inputs.label, outs: inputs }; },
  async update(id, olds, news) { return { outs: news }; },
};
class Thing extends pulumi.dynamic.Resource {
  constructor(kind, name, inputs) { super(provider, name, inputs, {}, 'local', kind); }
}
for (const { kind, name, ...inputs } of resources) new Thing(kind, name, inputs);
module.exports = outputs;
`;

const previewAnswer = z.object({
  stacks: z
    .array(
      z.object({
        hash: z.string(),
        hidden: z.array(z.string()),
        changes: z.array(z.object({ name: z.string(), operation: z.string(), danger: z.string(), open: z.boolean() })),
      }),
    )
    .length(1),
});

/** One stack through a review; each test goes on from where the one before left it. */
describe('previewed, reviewed and applied with the real engine', function () {
  this.timeout(120_000);
  this.bail(true);

  let folder: string;
  const crossfade = (...words: string[]): Promise<Said> => commandLine(folder, ...words);
  const want = (...resources: readonly object[]): Promise<void> =>
    writeFile(join(folder, 'wanted.json'), JSON.stringify({ resources, outputs: localOutputs(['api'], {}, folder) }));

  const database = { kind: 'Database', name: 'database', label: 'db', engine: 'a', password: 'hunter2' };
  const service = { kind: 'Service', name: 'api', label: 'api', size: 1 };
  const worker = { kind: 'Service', name: 'worker', label: 'worker' };
  const larger = { ...service, size: 2 };
  const replaced = { ...database, engine: 'b' };

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-preview-')));
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(root, 'node_modules', '@pulumi'), join(folder, 'node_modules', '@pulumi'));
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await writeFile(join(folder, 'alice.pem'), key, { mode: 0o600 });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true }));
    await writeFile(join(folder, 'Pulumi.yaml'), 'name: shop\nmain: ./index.js\nruntime: nodejs\n');
    await writeFile(join(folder, 'index.js'), program);
    const environment = {
      platform: 'local',
      product: 'shop',
      backend: 'file://.crossfade/state',
      secretsProvider: 'passphrase',
      store: '.crossfade/store',
      services: { api: { kind: 'routed', command: ['node', 'main.mjs'] } },
      approvers: { alice: publicKeyOf(key) },
    };
    await writeFile(
      join(folder, 'Pulumi.local.yaml'),
      JSON.stringify({ config: { 'crossfade:environment': environment } }),
    );
  });

  after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  it('brings up what is new without a review: nothing stands that it could harm', async () => {
    await want(database, service, worker);
    const { exitCode, stdout, stderr } = await crossfade('up', 'local');
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(stdout).to.contain('local is up: ');
    expect(await readdir(join(folder, '.crossfade/store/outputs'))).to.deep.equal(['local.json']);
  });

  it('sees a replacement and a deletion, danger first, and gives no value away', async () => {
    await want(replaced, larger);
    const { exitCode, stdout } = await crossfade('preview', 'local', '--save', 'reviewed.json', '--json');
    const [stack] = previewAnswer.parse(JSON.parse(stdout)).stacks;
    expect(exitCode).to.equal(3);
    expect(stack!.hidden).to.deep.equal([]);
    expect(stack!.changes.map(({ name, operation, danger }) => `${danger}: ${operation} ${name}`)).to.deep.equal([
      'data: replace database',
      'traffic: update api',
      'traffic: delete worker',
    ]);
    expect(stdout).to.contain('deleted before the new one is there').and.not.contain('hunter2');
    expect(await readFile(join(folder, 'reviewed.json'), 'utf8')).to.not.contain('hunter2');
  });

  it('does not replace data for a review alone', async () => {
    const { exitCode, stderr } = await crossfade('up', 'local', '--reviewed', 'reviewed.json');
    expect(exitCode).to.equal(3);
    expect(stderr).to.contain('data would be lost, and nobody has signed for it: database');
  });

  it('fault 55: refuses what the program came to say after the review, and shows the difference', async () => {
    const words = ['--preview', 'reviewed.json', '--resource', 'database', '--approver', 'alice', '--key', 'alice.pem'];
    const signed = await crossfade(
      'exception',
      'sign',
      'local',
      ...words,
      '--because',
      'restored from the snapshot of today',
    );
    expect(signed.exitCode, signed.stderr).to.equal(0);
    await want(replaced, { ...service, size: 3 }, worker);
    const { exitCode, stderr } = await crossfade('up', 'local', '--reviewed', 'reviewed.json');
    expect(exitCode).to.equal(3);
    expect(stderr)
      .to.contain('api: the same operation with other values at size')
      .and.contain('not any more: delete worker');
  });

  it('does nothing while a run holds the environment', async () => {
    const store = new FolderStore(join(folder, '.crossfade/store'));
    const run = { environment: 'local', run: 'a-deploy', by: 'ada', clock: systemClock };
    const lease = await acquireLease(store, run);
    const { exitCode, stderr } = await crossfade('up', 'local', '--reviewed', 'reviewed.json');
    await lease.release();
    expect(exitCode).to.equal(6);
    expect(stderr).to.contain('a-deploy of ada');
  });

  it('applies what was reviewed and signed, keeps its outputs, and gives the lease back', async () => {
    await want(replaced, larger);
    const { exitCode, stdout, stderr } = await crossfade('up', 'local', '--reviewed', 'reviewed.json');
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(stdout).to.contain('allowed by alice until');
    const [, newest] = (await readdir(join(folder, '.crossfade/store/ups/local'))).sort();
    const record = await readFile(join(folder, '.crossfade/store/ups/local', newest!), 'utf8');
    expect(JSON.parse(record)).to.have.nested.property('exceptions[0].by', 'alice');
    await rm(join(folder, 'reviewed.json'));
    const again = await crossfade('preview', 'local', '--refresh', '--json');
    expect(again.exitCode, again.stdout).to.equal(0);
    expect(previewAnswer.parse(JSON.parse(again.stdout)).stacks[0]!.changes).to.deep.equal([]);
  });
});
