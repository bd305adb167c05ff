import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { report } from '../../../cli/commands/report.js';
import { OperatorError } from '../../../contract/errors.js';
import type { Event } from '../../../contract/event.js';
import { canonicalJson, digestOf } from '../../../contract/json.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { streamOf } from '../../../journal/read-journal.js';
import { journals } from '../../support/journals.js';

const configuration = `config:
  crossfade:environment:
    { platform: local, product: shop, backend: 'file://state', secretsProvider: passphrase, store: store,
      services: { web: { kind: routed, command: [node, main.mjs] } } }
`;

describe('crossfade report', () => {
  let folder: string;
  let before: string;

  beforeEach(async () => {
    before = process.cwd();
    folder = await mkdtemp(join(tmpdir(), 'crossfade-report-'));
    await writeFile(join(folder, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
    await writeFile(join(folder, 'Pulumi.local.yaml'), configuration);
    process.chdir(folder);
  });

  afterEach(async () => {
    process.chdir(before);
    await rm(folder, { recursive: true });
  });

  /** Writes the events as a run's journal, with a chain that fits the run's name. */
  async function keep(events: readonly Event[], run: string): Promise<void> {
    const store = new FolderStore(join(folder, 'store'));
    let previous = `sha256:${'0'.repeat(64)}`;
    for (const event of events) {
      const text = canonicalJson({ ...event, run, previous });
      await store.append(streamOf(run), event.sequence, text);
      previous = digestOf(text);
    }
  }

  async function refusal(promise: Promise<unknown>): Promise<OperatorError> {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof OperatorError)) throw new Error(`expected a refusal, got ${String(error)}`);
    return error;
  }

  const options = { environment: undefined, output: undefined };

  it('writes the page of a run, beside where it is called unless told otherwise', async () => {
    const run = 'local-20260101t000000z-aaaaaa';
    await keep(await journals.first(), run);
    expect(await report(run, options)).to.equal(0);
    expect(await report(run, { ...options, output: 'here.html' })).to.equal(0);
    const page = await readFile(join(folder, 'here.html'), 'utf8');
    expect(await readFile(join(folder, `crossfade-report-${run}.html`), 'utf8')).to.equal(page);
    expect(page).to.contain('<h1>Deploy 1.0.0 to local</h1>').and.contain('the tail is not provable');
  });

  it('takes the newest run when none is named', async () => {
    await keep(await journals.rolledBack(), 'local-20260102t000000z-aaaaaa');
    await keep(await journals.first(), 'local-20260101t000000z-zzzzzz');
    await keep(await journals.first(), 'staging-20260103t000000z-aaaaaa');
    await report(undefined, { ...options, output: 'newest.html' });
    expect(await readFile(join(folder, 'newest.html'), 'utf8')).to.contain('<h1>Deploy 2.0.0 to local</h1>');
  });

  it('reports an altered journal too, and says that it is', async () => {
    const run = 'local-20260101t000000z-aaaaaa';
    await keep(await journals.completed(), run);
    const record = join(folder, 'store', 'journals', run, '000000005.json');
    await chmod(record, 0o600);
    await writeFile(record, (await readFile(record, 'utf8')).replace('"yes"', '"no"'));
    await report(run, { ...options, output: 'altered.html' });
    expect(await readFile(join(folder, 'altered.html'), 'utf8')).to.contain('This journal is not as it was written');
  });

  it('refuses a run that does not exist, and an environment without runs', async () => {
    expect((await refusal(report('local-20260101t000000z-aaaaaa', options))).message).to.contain('there is no run');
    expect((await refusal(report(undefined, options))).message).to.contain('local has no runs yet');
  });

  it('says where it could not write', async () => {
    const run = 'local-20260101t000000z-aaaaaa';
    await keep(await journals.first(), run);
    const error = await refusal(report(run, { ...options, output: join('nowhere', 'page.html') }));
    expect(error.message).to.contain(join('nowhere', 'page.html'));
    expect(error.code).to.equal('store');
  });
});
