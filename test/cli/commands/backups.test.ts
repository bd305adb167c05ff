import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parsedDatabaseBackupsSchema } from '../../../contract/database-backups.js';
import { acquireLease } from '../../../journal/acquire-lease.js';
import { systemClock } from '../../../cli/run/system-clock.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { saveOutputs } from '../../../journal/outputs.js';
import { streamOf } from '../../../journal/read-journal.js';
import { readLastPruned } from '../../../journal/pruned-record.js';
import { writeSlotRecord } from '../../../platforms/local/slot-record.js';
import { commandLine, writeProject, type Said } from '../../support/command-line.js';
import { localOutputs } from '../../support/local-outputs.js';
import { someRelease, someSettings } from '../../support/product.js';
import { someJournal } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const runs = [1, 2, 3, 4, 5].map((day) => `local-2026010${day}t100000z-abcdef`);
const [first, second, third, fourth, fifth] = runs.map((run) => `before-${run}`);
const stray = 'before-local-20260109t100000z-abcdef';
const theirs = 'before-other-20260101t100000z-abcdef';

/** The commands of a service that keeps its branches in a file, a name a line. */
const service = (file: string): string => `
  import { readFileSync, writeFileSync } from 'node:fs';
  const names = readFileSync(${JSON.stringify(file)}, 'utf8').split('\\n');
  const { CROSSFADE_ACTION: action, CROSSFADE_BRANCH: branch } = process.env;
  if (action === 'list') console.log(JSON.stringify(names.map((name) => ({ name }))));
  else if (action === 'delete') writeFileSync(${JSON.stringify(file)}, names.filter((name) => name !== branch).join('\\n'));
  else process.exit(1);`;

describe('crossfade backups, where a service keeps them as branches', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const directory = () => join(folder.path, 'local');
  const store = () => new FolderStore(join(folder.path, '.crossfade', 'store'));
  const branches = async () => (await readFile(join(folder.path, 'branches.txt'), 'utf8')).split('\n');
  const backups = async (...words: string[]): Promise<Said> => {
    const said = await commandLine(folder.path, 'backups', ...words);
    expect(said.exitCode, said.stderr).to.equal(0);
    return said;
  };

  beforeEach(async () => {
    await writeProject(folder.path);
    const file = join(folder.path, 'branches.txt');
    await writeFile(file, [...runs.map((run) => `before-${run}`), stray, theirs].join('\n'));
    await writeFile(join(folder.path, 'service.mjs'), service(file));
    for (const [index, run] of runs.entries()) {
      const noted = join(directory(), 'branches', `before-${run}`);
      await mkdir(noted, { recursive: true });
      const manifest = { createdAt: `2026-01-0${index + 1}T10:00:00Z`, bytes: 1_000_000, database: 'shop' };
      await writeFile(join(noted, 'manifest.json'), JSON.stringify(manifest));
      await writeFile(join(noted, 'verified.json'), '{}');
    }
    const command = [process.execPath, join(folder.path, 'service.mjs')];
    await saveOutputs(store(), {
      ...localOutputs(['api'], {}, directory()),
      database: {
        name: 'shop',
        url: 'env:SHOP',
        ownerUrl: 'env:SHOP',
        readerUrl: 'env:SHOP',
        backups: parsedDatabaseBackupsSchema.parse({
          kind: 'branch',
          keep: 2,
          lockTimeout: 1_000,
          branches: { create: command, restore: command, delete: command, list: command, within: 10_000 },
        }),
      },
    });
    const input = { release: someRelease('1.0.0'), settings: someSettings(), replicas: {} };
    await writeSlotRecord(directory(), 'blue', { ...input, run: runs[1]! });
  });

  it('lists them, and apart those of which nothing is noted here', async () => {
    const { stdout } = await backups('list', 'local');
    expect(stdout.split('\n')[0]).to.match(new RegExp(`^${fifth} +2026-01-05 10:00 UTC +1\\.0 MB +verified`));
    expect(stdout).to.match(new RegExp(`^not noted here:\n +${stray} +named like a backup +.*stays: .*by hand`, 'm'));
    expect(stdout, 'no restore has left anything').not.to.contain('left beside');
    expect(stdout, "another environment's").not.to.contain(theirs);
  });

  it('prunes beyond the policy, oldest first, and none that a slot needs', async () => {
    const before = await branches();
    const would = JSON.parse((await backups('prune', 'local', '--dry-run', '--json')).stdout) as object;
    expect(would).to.deep.include({
      changed: false,
      removed: [first, third],
      dropped: [],
      stays: [
        { name: fifth, because: '0 of 2 to keep are newer' },
        { name: fourth, because: '1 of 2 to keep are newer' },
        { name: second, because: `blue stands since run ${runs[1]}, which took it` },
        {
          name: stray,
          because: 'nothing here tells what is in it; if no other machine has noted it, it is deleted by hand',
        },
      ],
    });
    expect(await branches()).to.deep.equal(before);
    expect(await readLastPruned(store(), 'local'), 'nothing was done').to.equal(undefined);
    expect((await backups('prune', 'local')).stdout).to.match(
      new RegExp(`^deleted: ${first}\ndeleted: ${third}\n(stays: .*\n){3}stays: ${stray}: .*\n4 stay, 2 went\n$`),
    );
    expect(await branches()).to.deep.equal([second, fourth, fifth, stray, theirs]);
    const line = await readLastPruned(store(), 'local');
    expect(line).to.deep.include({ format: 1, removed: [first, third], dropped: [], swept: [] });
    const { stdout } = await backups('list', 'local');
    expect(stdout).to.contain(` by ${line?.by ?? ''}: 2 backups, and 0 of what was left beside\n`);
    expect((await backups('prune', 'local')).stdout).to.contain('4 stay, 0 went');
  });

  it('shows what killed processes have left beside and who may need it, and removes what nobody needs', async () => {
    const [dead, working] = ['crossfade-clone-0123456789ab', 'crossfade-clone-ba9876543210'];
    await mkdir(join(directory(), 'branches', '.clones'), { recursive: true });
    for (const [name, pid] of [
      [dead, 999_999_999],
      [working, process.pid],
    ] as const) {
      const owner = { pid, madeBy: `a check or drill of ${fifth}` };
      await writeFile(join(directory(), 'branches', '.clones', name), JSON.stringify(owner));
    }
    const rehearsal = `${runs[4]}-999999999`;
    await mkdir(join(directory(), 'rehearsals', rehearsal), { recursive: true });
    await appendFile(join(folder.path, 'branches.txt'), `\n${dead}\n${working}`);
    const { stdout } = await backups('list', 'local');
    const left = stdout.slice(stdout.indexOf('left beside by rehearsals, drills and checks:\n'));
    expect(left).to.match(new RegExp(`^  ${rehearsal} +by a rehearsal of run ${runs[4]} .*goes with the next`, 'm'));
    expect(left).to.match(
      new RegExp(`^  ${dead} +by a check or drill of ${fifth} +since 20.* goes with the next`, 'm'),
    );
    expect(left).to.match(new RegExp(`^  ${working} +by .* stays: process ${process.pid} is at work on it`, 'm'));

    const would = JSON.parse((await backups('prune', 'local', '--dry-run', '--json')).stdout) as { stays: unknown[] };
    expect(would).to.deep.include({ changed: false, swept: [rehearsal, dead] });
    expect(would.stays).to.deep.include({ name: working, because: `process ${process.pid} is at work on it` });
    expect(await branches(), 'only shown').to.include(dead);
    const did = await backups('prune', 'local');
    expect(did.stdout).to.match(new RegExp(`^deleted: ${rehearsal}\ndeleted: ${dead}\ndeleted: ${first}\n`));
    expect(await branches()).to.include(working);
    expect(await branches()).to.not.include(dead);
    expect((await backups('list', 'local')).stdout).to.not.contain(dead);
  });

  it('says and writes down what has gone before something failed in its middle', async () => {
    const failing = `import { readFileSync } from 'node:fs';
      if (process.env.CROSSFADE_ACTION === 'delete' && process.env.CROSSFADE_BRANCH === '${third}') process.exit(3);
      ${service(join(folder.path, 'branches.txt'))
        .replace(/import .*;/, '')
        .replaceAll('writeFileSync', '(await import("node:fs")).writeFileSync')}`;
    await writeFile(join(folder.path, 'service.mjs'), failing);
    const said = await commandLine(folder.path, 'backups', 'prune', 'local');
    expect(said.exitCode).to.not.equal(0);
    expect(said.stderr)
      .to.match(new RegExp(`deleted: ${first}\n`))
      .and.to.match(/asked to delete .*, ended with code 3/);
    expect((await readLastPruned(store(), 'local'))?.removed).to.deep.equal([first]);
    expect(await branches()).to.include(third);
    await writeFile(join(folder.path, 'service.mjs'), service(join(folder.path, 'branches.txt')));
    expect((await backups('prune', 'local')).stdout).to.contain(`deleted: ${third}`);
  });

  it('waits for no run that holds the lease, and deletes nothing then', async () => {
    const lease = await acquireLease(store(), {
      environment: 'local',
      run: 'run-9',
      by: 'somebody',
      clock: systemClock,
      renewEvery: 50,
    });
    try {
      const said = await commandLine(folder.path, 'backups', 'prune', 'local');
      expect(said.exitCode).to.equal(6);
      expect(await branches()).to.include(first);
      await backups('prune', 'local', '--dry-run');
    } finally {
      await lease.release();
    }
  });

  it('deletes nothing where nobody can tell what the newest run needs', async () => {
    await store().append(streamOf(runs[4]!), 0, '{"format":1,"damaged":true}');
    await mkdir(join(directory(), 'rehearsals', `${runs[4]}-999999999`), { recursive: true });
    const before = await branches();
    const said = await commandLine(folder.path, 'backups', 'prune', 'local');
    expect(said.exitCode).to.not.equal(0);
    expect(said.stdout).to.equal('');
    expect(await branches()).to.deep.equal(before);
    expect(await readLastPruned(store(), 'local')).to.equal(undefined);
    expect(existsSync(join(directory(), 'rehearsals', `${runs[4]}-999999999`))).to.equal(true);
  });

  it('leaves what an open run has taken', async () => {
    await someJournal(store(), 1, runs[2]);
    const { stdout } = await backups('prune', 'local', '--dry-run', '--json');
    const said = JSON.parse(stdout) as { removed: string[]; stays: { name: string; because: string }[] };
    expect(said.removed).to.deep.equal([first]);
    expect(said.stays).to.deep.include({ name: third, because: `run ${runs[2]} is not over` });
  });
});
