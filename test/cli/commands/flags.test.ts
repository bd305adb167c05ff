import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { putBackAfterRollback } from '../../../cli/flags/put-back.js';
import { openEnvironment } from '../../../cli/open-environment.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { captured, commandLine, writeProject } from '../../support/command-line.js';
import { someChecklist, someItem } from '../../support/fake-questions.js';
import { withLive } from '../../support/fake-run.js';
import { UnleashServer } from '../../support/flag-server.js';
import { someRelease } from '../../support/product.js';
import { openJournal, planned } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const run = 'local-20260101t000000z-abcdef';

describe('crossfade flags off', () => {
  const folder = temporaryFolder();
  let unleash: UnleashServer;
  let store: FolderStore;

  const rollout = (flag: string) => [
    unleash.flags[flag]?.enabled,
    unleash.flags[flag]?.strategies[0]?.parameters['rollout'],
  ];
  const recorded = async () => (await store.read('flags/local')).records.map(({ text }) => JSON.parse(text) as unknown);

  beforeEach(async () => {
    unleash = await UnleashServer.start();
    unleash.add('checkout', 50);
    unleash.add('search', 100);
    const flags = `{ kind: unleash, url: "${unleash.http.url}", token: file:token, environment: production }`;
    await writeProject(folder.path, { more: `    flags: ${flags}\n` });
    await writeFile(join(folder.path, 'token'), 'user:secret');
    store = new FolderStore(join(folder.path, '.crossfade/store'));
    const fake = await withLive(someRelease('1.0.0'));
    fake.checklist = someChecklist(someItem('ramp', { kind: 'flag', flag: 'checkout', percents: [50, 100] }));
    fake.flags['checkout'] = 5;
    const plan = { ...(await fake.plan(someRelease('2.0.0'))), run };
    await (await openJournal(store, {}, run)).append(planned(plan));
  });

  afterEach(() => unleash.http.stop());

  it('turns off for everybody what the newest release has ramped, and nothing else, and puts it down', async () => {
    const { exitCode, stdout, stderr } = await commandLine(folder.path, 'flags', 'off', 'local', '--because', 'orders');
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.equal('checkout is off\n');
    expect(rollout('search')).to.deep.equal([true, '100']);
    const [enabled, percent] = rollout('checkout');
    expect(enabled === false || percent === '0').to.equal(true);
    expect(await recorded()).to.have.length(1);
    expect((await recorded())[0]).to.deep.include({ flag: 'checkout', percent: 0, because: 'orders' });
  });

  it('turns off the one that is named, and ends with 5 where one is still on', async () => {
    const named = await commandLine(
      folder.path,
      'flags',
      'off',
      'local',
      '--because',
      'x',
      '--flag',
      'search',
      '--json',
    );
    expect(JSON.parse(named.stdout)).to.deep.include({ flags: [{ flag: 'search', percent: 0 }] });
    const { exitCode, stdout } = await commandLine(
      folder.path,
      'flags',
      'off',
      'local',
      '--because',
      'x',
      '--flag',
      'no',
    );
    expect([exitCode, stdout.startsWith('no is NOT off: ')]).to.deep.equal([5, true]);
  });

  it('is not needed after a rollback: the flag is where it stood before the release', async () => {
    const environment = await openEnvironment('local', folder.path);
    const said = await captured(() => putBackAfterRollback(environment, 'rolled back'));
    expect(said.stderr).to.equal('flag checkout is on for 5 % again\n');
    expect(rollout('checkout')).to.deep.equal([true, '5']);
    delete unleash.flags['checkout'];
    const lost = await captured(() => putBackAfterRollback(environment, 'rolled back'));
    expect(lost.stderr).to.contain('flag checkout is NOT back at 5 %').and.to.contain("'crossfade flags off local");
  });
});
