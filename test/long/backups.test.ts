import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Client } from 'pg';
import { z } from 'zod';
import { freePort } from '../../platforms/local/host/free-port.js';
import { postgresBinaries } from '../../platforms/local/host/postgres-binaries.js';
import { readServerRecord, serverFolder } from '../../platforms/local/host/postgres-files.js';
import { runPostmaster, stopPostmaster } from '../../platforms/local/host/postgres-process.js';
import { serverSettings } from '../../platforms/local/host/postgres-server.js';
import { postgresRoles, readPassword, type PostgresRole } from '../../platforms/local/host/postgres-roles.js';
import { clientProgramsOrSkip } from '../support/client-programs-or-skip.js';
import { databaseProject, type DatabaseProject } from '../support/database-project.js';

const listSchema = z.object({
  backups: z.array(z.object({ name: z.string(), verified: z.boolean(), bytes: z.number() })),
  kept: z.array(
    z.object({
      name: z.string(),
      run: z.string(),
      was: z.string(),
      since: z.string().optional(),
      bytes: z.number().optional(),
      place: z.string(),
      stays: z.string().optional(),
    }),
  ),
  leftovers: z.array(
    z.object({ name: z.string(), madeBy: z.string(), place: z.string(), stays: z.string().optional() }),
  ),
});

for (const kind of ['copy', 'dump'] as const) {
  describe(`crossfade backups, with a ${kind} and restores`, function () {
    this.timeout(500_000);
    let shop: DatabaseProject;
    let directory: string;

    before(async function () {
      if (kind === 'dump') await clientProgramsOrSkip(this);
      shop = await databaseProject(kind);
      directory = join(shop.project.place, 'local');
    });
    after(() => (shop as DatabaseProject | undefined)?.project.remove());

    const good = async (...words: string[]): Promise<string> => {
      const answer = await shop.crossfade(...words);
      expect(answer.exitCode, `${words.join(' ')}: ${answer.all}`).to.equal(0);
      return answer.all;
    };
    const listed = async () =>
      listSchema.parse(JSON.parse((await shop.crossfade('backups', 'list', 'local', '--json')).stdout));
    const recorded = async () => {
      const record = await readServerRecord(directory);
      if (record === undefined) throw new Error('no server was created');
      return record;
    };
    const query = async (
      sql: string,
      {
        role = 'superuser',
        database = 'postgres',
        port,
      }: { role?: PostgresRole; database?: string; port?: number } = {},
    ): Promise<string[]> => {
      const client = new Client({
        host: '127.0.0.1',
        port: port ?? (await recorded()).port,
        database,
        user: postgresRoles[role],
        password: readPassword(serverFolder(directory), role),
      });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows.flatMap((row) => Object.values(row).map(String));
      } finally {
        await client.end();
      }
    };
    /** What is in it, as docs/database.md says that a person gets it out. */
    const ordersIn = async ({ name, place }: { name: string; place: string }): Promise<string[]> => {
      const sql = 'SELECT count(*) FROM orders';
      if (kind === 'dump') return query(sql, { role: 'owner', database: name });
      const { account, socketFolder } = await recorded();
      const port = await freePort(0);
      const log = join(shop.project.place, 'kept.log');
      await runPostmaster(
        await postgresBinaries(account ?? undefined),
        { data: place, socketFolder, port, account: account ?? undefined, log },
        serverSettings({ port, socketFolder }),
        { withinMilliseconds: 60_000, retryWithinMilliseconds: 0 },
      );
      try {
        return await query(sql, { role: 'owner', database: 'shop', port });
      } finally {
        await stopPostmaster(place, 60_000);
      }
    };
    /** Databases, or data folders, whatever the commands say. */
    const beside = async (): Promise<string[]> => {
      if (kind === 'dump')
        return query(
          "SELECT datname FROM pg_database WHERE datname ~ '^(kept|restored)-' AND datname !~ '_making$' ORDER BY 1",
        );
      return readdirSync(dirname((await recorded()).data)).filter((name) => /^(data|restored-.*)$/.test(name));
    };
    const deployed = async (version: string): Promise<void> => {
      const answer = await shop.deploy(version);
      expect(answer.exitCode, answer.all).to.equal(0);
    };
    /** The newest backup, and the loss to type. */
    const priced = async (): Promise<string[]> => {
      const shown = await good('rollback', 'local', '--database');
      const [, backup = '', lose = ''] = /--restore (\S+) --lose "([^"]+)"/.exec(shown) ?? [];
      expect(backup, shown).to.match(/^before-local-/);
      return ['rollback', 'local', '--database', '--restore', backup, '--lose', lose];
    };

    it('says that there is none yet, and prunes nothing', async () => {
      expect(await good('backups', 'list', 'local')).to.equal('no backup');
      expect(await good('backups', 'prune', 'local')).to.equal('0 stay, 0 went');
    });

    it('shows what a restore has left beside and why it stays, and deletes it when nothing needs it any more', async () => {
      await deployed('1.0.0');
      await deployed('2.0.0');
      const before = await listed();
      expect(before.backups.map(({ verified }) => verified)).to.deep.equal([true, true]);
      expect(before.kept).to.deep.equal([]);
      if (kind === 'dump') await query('CREATE DATABASE "kept-before-yours"');

      await good(...(await priced()));
      const [kept, ...more] = (await listed()).kept;
      expect(more).to.deep.equal([]);
      expect(kept).to.include({ was: 'before', name: `kept-before-${kept?.run ?? ''}` });
      expect(kept?.bytes).to.be.above(1_000_000);
      expect(kept?.stays).to.equal('blue and green stand since before that restore');
      const name = kept?.name ?? '';
      const row = new RegExp(
        `^ {2}${name} +in use before +since 20\\d\\d-\\S+ \\d\\d:\\d\\d UTC +[\\d.]+ MB +stays: blue and green stand`,
        'm',
      );
      expect(await good('backups', 'list', 'local'))
        .to.match(row)
        .and.to.contain('left beside by restores:');
      expect(await ordersIn(kept!)).to.deep.equal(['20000']);
      const standing = await beside();
      expect(await good('backups', 'prune', 'local')).to.match(
        new RegExp(`^stays: ${name}: blue and green stand since before that restore\\n3 stay, 0 went$`, 'm'),
      );

      await deployed('2.1.0');
      await deployed('2.2.0');
      expect((await listed()).kept[0]?.stays).to.match(/^for (14 d|13 d.*) more$/);
      expect(await good('backups', 'prune', 'local', '--dry-run')).to.match(/^\d stay, 0 would go$/m);
      expect(await beside()).to.deep.equal(standing);

      const file = join(shop.project.folder, 'Pulumi.local.yaml');
      const shorter = readFileSync(file, 'utf8').replace(`"kind":"${kind}"`, `"kind":"${kind}","keepReplaced":"1s"`);
      writeFileSync(file, shorter);
      await shop.up();
      expect(await good('backups', 'list', 'local')).to.contain("goes with the next 'crossfade backups prune'");
      expect(await good('backups', 'prune', 'local', '--dry-run')).to.match(
        new RegExp(`^would be deleted: ${name}\\n(stays: before-.*\\n)+\\d stay, 1 would go$`),
      );
      expect(await beside(), 'only shown').to.deep.equal(standing);
      expect(await good('backups', 'prune', 'local')).to.match(
        new RegExp(`^deleted: ${name}\\n(stays: before-.*\\n)+\\d stay, 1 went$`),
      );
      expect((await listed()).kept).to.deep.equal([]);
      if (kind === 'copy') expect(existsSync(kept?.place ?? '')).to.equal(false);
      else expect(await beside(), "somebody else's stays").to.deep.equal(['kept-before-yours']);
      expect((await listed()).backups.length, 'backups stay').to.be.above(3);
      expect(await good('status', 'local')).to.contain('2.2.0');

      const all = (await listed()).backups.map((each) => each.name);
      writeFileSync(file, shorter.replace('"keepReplaced"', '"keep":1,"keepReplaced"'));
      await shop.up();
      const wouldGo = all.slice(2).toReversed();
      expect(await good('backups', 'prune', 'local', '--dry-run')).to.equal(
        [
          ...wouldGo.map((each) => `would be deleted: ${each}`),
          `stays: ${all[0] ?? ''}: 0 of 1 to keep are newer`,
          `stays: ${all[1] ?? ''}: green stands since run ${all[1]?.replace('before-', '') ?? ''}, which took it`,
          `2 stay, ${wouldGo.length} would go`,
        ].join('\n'),
      );
      expect((await listed()).backups).to.have.length(all.length);
      expect(await good('backups', 'prune', 'local')).to.match(new RegExp(`^2 stay, ${wouldGo.length} went$`, 'm'));
      expect((await listed()).backups.map((each) => each.name)).to.deep.equal(all.slice(0, 2));
    });

    it('shows what a killed drill has left beside, and removes it with the server that works on it', async () => {
      const places = (): string[] => [join(directory, 'backups'), tmpdir()];
      const asides = async (): Promise<string[]> =>
        kind === 'dump'
          ? query("SELECT datname FROM pg_database WHERE datname LIKE 'crossfade\\_aside\\_verify%' ORDER BY 1")
          : places()
              .flatMap((place) => (existsSync(place) ? readdirSync(place) : []))
              .filter(isAside);
      const before = await asides();
      const running = shop.crossfade('drill', 'restore', 'local');
      const deadline = performance.now() + 60_000;
      while ((await asides()).length === before.length && performance.now() < deadline) await pause(5);
      const whileItWorks = (await listed()).leftovers;
      running.kill('SIGKILL');
      await running;
      for (const { stays } of whileItWorks) expect(stays).to.match(/is at work on it$/);

      const [left, ...more] = (await listed()).leftovers;
      expect(more).to.deep.equal([]);
      expect(left?.madeBy).to.match(/^a check or drill of before-local-/);
      expect(left?.stays).to.equal(undefined);
      const { name = '' } = left ?? {};
      expect(await good('backups', 'list', 'local')).to.match(new RegExp(`^ {2}${name} +by a check or drill of `, 'm'));
      expect(await good('backups', 'prune', 'local', '--dry-run')).to.contain(`would be deleted: ${name}\n`);
      expect(await asides()).to.include(name);
      expect(await good('backups', 'prune', 'local')).to.contain(`deleted: ${name}\n`);
      expect(await asides()).to.deep.equal(before);
      expect((await listed()).leftovers).to.deep.equal([]);
    });

    it('keeps what an unfinished restore has made, until it is over', async () => {
      const words = await priced();
      const there = await beside();
      const running = shop.crossfade(...words);
      const deadline = performance.now() + 120_000;
      while (JSON.stringify(await beside()) === JSON.stringify(there) && performance.now() < deadline) await pause(20);
      running.kill('SIGKILL');
      const dead = await running;
      expect(dead.signal, dead.all).to.equal('SIGKILL');

      const [unused, ...more] = (await listed()).kept;
      expect(more).to.deep.equal([]);
      expect(unused?.stays).to.equal(`run ${unused?.run ?? ''} is not over`);
      expect(await good('backups', 'prune', 'local')).to.contain(`stays: ${unused?.name ?? ''}: run`);
      const aborted = await shop.crossfade('abort', 'local');
      expect(aborted.exitCode, aborted.all).to.equal(0);
      expect(await beside()).to.deep.equal(there);
      expect((await listed()).kept).to.deep.equal([]);
    });
  });
}

function isAside(name: string): boolean {
  return name.startsWith('crossfade-aside-');
}
