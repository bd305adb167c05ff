import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parsedDatabaseBackupsSchema, type DatabaseBackups } from '../../contract/database-backups.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import { openLocalDatabase, type LocalDatabase } from '../../platforms/local/database.js';
import { openSession } from '../../platforms/postgres/session.js';
import { slotInput } from '../support/local-outputs.js';
import { failure, releaseOf, startEmbedded, work, type Embedded } from '../platforms/postgres/embedded.js';

const url = 'CROSSFADE_TEST_BRANCHES_URL';
const admin = 'CROSSFADE_TEST_BRANCHES_ADMIN';
const run = 'local-20260101t100000z-abcdef';
const standIn = [process.execPath, fileURLToPath(new URL('../support/branches-stand-in.mjs', import.meta.url))];

describe('branches that a service keeps of its database', function () {
  this.timeout(60_000);
  let server: Embedded;

  const open = (changes: Partial<NonNullable<DatabaseBackups['branches']>> = {}): LocalDatabase =>
    openLocalDatabase({
      directory: server.directory,
      name: 'elsewhere',
      environment: 'local',
      given: { url: `env:${url}`, ownerUrl: `env:${url}`, readerUrl: `env:${url}` },
      artifactFolder: () => '/nonexistent',
      neededBackups: () => Promise.resolve([{ name: 'needed', because: 'a slot' }]),
      backups: parsedDatabaseBackupsSchema.parse({
        kind: 'branch',
        keep: 1,
        lockTimeout: 1_000,
        branches: {
          ...{ create: standIn, restore: standIn, delete: standIn, list: standIn },
          secrets: { ADMIN_URL: `env:${admin}` },
          within: 20_000,
          ...changes,
        },
      }),
    });
  const branches = async (): Promise<string[]> => {
    const { rows } = await server.query(
      'superuser',
      "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', 'shop', 'elsewhere') ORDER BY 1",
    );
    return rows.map((row) => String(row['datname']));
  };
  const notes = (): Promise<string | null> => open().ask('SELECT count(*) FROM notes');
  /** A program that says this, as a command of a service. */
  const saying = (name: string, script: string): string[] => {
    const file = join(server.directory, `${name}.mjs`);
    writeFileSync(file, script);
    return [process.execPath, file];
  };

  before(async () => {
    server = await startEmbedded();
    await server.query('superuser', "CREATE ROLE tenant LOGIN SUPERUSER PASSWORD 'of the tenant'");
    await server.query('superuser', 'CREATE DATABASE elsewhere OWNER tenant');
    process.env[url] = `postgresql://tenant:of%20the%20tenant@127.0.0.1:${server.port}/elsewhere`;
    process.env[admin] = `postgresql://tenant:of%20the%20tenant@127.0.0.1:${server.port}/postgres`;
    await open().migrate(
      releaseOf({
        '1.sql': 'CREATE TABLE notes (id serial); INSERT INTO notes DEFAULT VALUES; INSERT INTO notes DEFAULT VALUES',
      }),
      slotInput('2.0.0', []),
      work(),
    );
  });
  after(async () => {
    for (const name of [url, admin]) Reflect.deleteProperty(process.env, name);
    await (server as Embedded | undefined)?.stop();
  });

  it('are made once by name, verified by branching them, and kept as the policy says', async () => {
    const first = await open().backUp('run-1', work());
    expect(await open().backUp('run-1', work())).to.deep.equal(first);
    expect(first.evidence).to.include({ kind: 'branch', tables: 2 });
    const verdict = await open().verifyBackup('run-1', work());
    expect(verdict.because).to.match(/^branched in \d+ ms: 2 tables with 3 rows, 2 of them by checksum$/);
    expect(verdict.answer).to.equal('yes');
    expect(await branches(), 'the one to verify with is gone').to.deep.equal(['run-1']);
    await open().backUp('run-2', work());
    expect((await open().verifyBackup('run-2', work())).evidence['removed']).to.deep.equal(['run-1']);
    expect(await branches()).to.deep.equal(['run-2']);
    expect((await open().restores.list()).map(({ name, verified }) => ({ name, verified }))).to.deep.equal([
      { name: 'run-2', verified: true },
    ]);
  });

  it('are pruned on demand, but none that is needed, and one that nobody has noted is shown and left', async () => {
    const lists = async () => (await open().restores.list()).map(({ name }) => name);
    for (const name of ['needed', 'run-5', 'run-6', 'run-7']) await open().backUp(name, work());
    for (const name of ['run-6', 'run-7']) await open().kind.check(name, work());
    await server.query('superuser', `CREATE DATABASE "before-${run}"`);
    const would = {
      goes: ['run-2', 'run-5'],
      stays: [
        { name: 'run-7', because: '0 of 1 to keep are newer' },
        { name: 'run-6', because: 'asked' },
        { name: 'needed', because: 'a slot' },
      ],
    };
    const asked = [{ name: 'run-6', because: 'asked' }];
    expect(await open().prune?.(asked, { dryRun: true })).to.deep.equal(would);
    expect(await branches()).to.include.members(['run-2', 'run-5']);
    expect(await open().prune?.(asked, { dryRun: false })).to.deep.equal(would);
    expect(await lists()).to.deep.equal(['run-7', 'run-6', 'needed']);
    expect(await branches()).to.deep.equal([`before-${run}`, 'needed', 'run-6', 'run-7']);
    expect((await open().restores.kept?.())?.map(({ name, was }) => `${name} ${was}`)).to.deep.equal([
      `before-${run} stray`,
    ]);
    await open().restores.drop?.(`before-${run}`);
    expect(await branches(), 'not dropped').to.include(`before-${run}`);
    await server.query('superuser', `DROP DATABASE "before-${run}"`);
    for (const name of ['needed', 'run-6', 'run-7']) {
      await server.query('superuser', `DROP DATABASE "${name}"`);
      rmSync(join(server.directory, 'branches', name), { recursive: true });
    }
    await open().backUp('run-2', work());
  });

  it('fault 20: are restored beside, switched to and back, and what was in use is kept and shown', async () => {
    const { restores } = open();
    await open().backUp('run-2', work());
    await server.query('superuser', 'SELECT 1');
    const before = Number(await notes());
    await sql('INSERT INTO notes DEFAULT VALUES');
    await restores.beside('run-2', run, work());
    await restores.beside('run-2', run, work());
    expect((await restores.verify('run-2', run, undefined, work())).answer).to.equal('yes');
    expect(await restores.inUse(run)).to.equal(false);
    for (let times = 0; times < 2; times += 1) await restores.switchTo(run, work());
    expect(await notes()).to.equal(String(before));
    expect(await restores.inUse(run)).to.equal(true);
    expect(await failure(restores.remove(run))).to.be.instanceOf(RefusedError);
    expect((await restores.kept?.())?.map(({ name, was }) => ({ name, was }))).to.deep.equal([
      { name: `kept-before-${run}`, was: 'before' },
    ]);
    await sql('INSERT INTO notes DEFAULT VALUES');
    await restores.switchBack(run, work(), { keep: true });
    expect(await notes(), 'as it was in between').to.equal(String(before + 1));
    expect((await restores.kept?.())?.map(({ name, was }) => ({ name, was }))).to.deep.equal([
      { name: `kept-after-${run}`, was: 'after' },
    ]);
    await restores.remove(run);
    await restores.drop?.(`kept-after-${run}`);
    await restores.drop?.('run-2');
    expect(await branches(), 'and drops nothing that no restore has left').to.deep.equal(['run-2']);
  });

  it('make the copy on which migrations are rehearsed, and leave none when a process was killed', async () => {
    await open().backUp('run-2', work());
    const clone = await open().kind.openClone('run-2', work());
    const session = await openSession(await clone.address('app'), { applicationName: 'test' });
    await session.run('INSERT INTO notes DEFAULT VALUES');
    await session.close();
    const [owned] = (await branches()).filter((name) => name.startsWith('crossfade-clone-'));
    writeFileSync(join(server.directory, 'branches', '.clones', owned ?? ''), '999999999');
    const other = await open().kind.openClone('run-2', work());
    expect(await branches(), 'the dead one is gone').not.to.include(owned);
    await other.remove();
    await clone.remove();
    expect(await branches()).to.deep.equal(['run-2']);
  });

  it('are made anew where a killed process has noted nothing of them', async () => {
    await server.query('superuser', 'CREATE DATABASE "run-3"');
    await open().backUp('run-3', work());
    expect((await open().verifyBackup('run-3', work())).answer).to.equal('yes');
  });

  it('get secrets by their environment alone, and no other variable of ours', async () => {
    process.env['SOMETHING_ELSE'] = 'private';
    const told = join(server.directory, 'told.json');
    const create = saying(
      'tell',
      `import { writeFileSync } from 'node:fs';
       writeFileSync(${JSON.stringify(told)}, JSON.stringify({ argv: process.argv, env: process.env }));
       process.stdout.write(JSON.stringify({ name: process.env.CROSSFADE_BRANCH }));`,
    );
    await failure(open({ create }).backUp('run-4', work()));
    Reflect.deleteProperty(process.env, 'SOMETHING_ELSE');
    const { argv, env } = JSON.parse(readFileSync(told, 'utf8')) as { argv: string[]; env: Record<string, string> };
    expect(argv.join(' ')).not.to.contain('tenant');
    expect(env['ADMIN_URL']).to.equal(process.env[admin]);
    expect(Object.keys(env).filter((name) => !name.startsWith('CROSSFADE_'))).to.have.members([
      'ADMIN_URL',
      'HOME',
      'PATH',
    ]);
  });

  describe('by a command that is wrong', () => {
    for (const [what, script, because] of [
      [
        'ends well and does nothing',
        'process.stdout.write(JSON.stringify({ name: process.env.CROSSFADE_BRANCH }))',
        /^branch bad was created, as its command says, and is not among those that are listed$/,
      ],
      [
        'fails',
        "process.stderr.write('quota exceeded\\n'); process.exit(4)",
        /asked to create bad, ended with code 4: quota exceeded$/,
      ],
      ['says no JSON', "console.log('postgresql://a:secret@b/c')", /^the answer of .* to create is no JSON$/],
      ['says another shape', "console.log('{}')", /the answer of .* to create.*name/s],
      ['tells of another branch', `console.log('{"name": "other"}')`, /was asked to create bad, and tells of other$/],
      ['does not end', 'setInterval(() => {}, 1000)', /asked to create bad, did not end within 1 s$/],
    ] as const) {
      it(`is told, and leaves no backup: it ${what}`, async () => {
        const failed = await failure(
          open({ create: saying('bad', script), within: 1_000 as never }).backUp('bad', work()),
        );
        expect(failed.message).to.match(because);
        expect(failed.message).not.to.contain('secret');
        expect((await open().restores.list()).map(({ name }) => name)).not.to.include('bad');
      });
    }

    it('is told: there is no such program', async () => {
      const failed = await failure(open({ create: ['/nonexistent/neon'] }).backUp('bad', work()));
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.equal('/nonexistent/neon, asked to create bad, could not be run (ENOENT)');
    });
  });

  async function sql(text: string): Promise<void> {
    const session = await openSession({ ...server.address('superuser', 'elsewhere') }, { applicationName: 'test' });
    await session.run(text).finally(() => session.close());
  }
});
