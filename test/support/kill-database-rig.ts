import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Client } from 'pg';
import type { DatabaseBackups } from '../../contract/database-backups.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { anchorOf } from '../../journal/lease.js';
import { verifyJournal } from '../../journal/verify.js';
import { lossOf } from '../../pipeline/loss.js';
import type { LocalDatabase } from '../../platforms/local/database.js';
import { serverFolder } from '../../platforms/local/host/postgres-files.js';
import { postgresRoles, readPassword } from '../../platforms/local/host/postgres-roles.js';
import { removeServer, startServer } from '../../platforms/local/host/postgres-server.js';
import { bundle } from './bundle.js';
import { databaseCrossfade, databaseIn, databaseRelease } from './database-crossfade.js';
import type { FakeCrossfade } from './fake-crossfade.js';
import { emptyWorld } from './fake-platform.js';
import { performErrand, type DatabaseErrand } from './kill-database-process.js';
import { serversBelow } from './kill-servers.js';
import { someRelease, someServices } from './product.js';
import { saveWorld } from './world-file.js';

export interface Cell {
  readonly act: 'deploy' | 'restore' | 'restore that goes back';
  /** Left out: nobody is killed. */
  readonly kill?: DatabaseErrand['kill'];
  readonly then: 'resume' | 'go back';
}

/** One database and its runs, each killed somewhere; what was committed before is known row by row. */
export class KillDatabaseRig {
  readonly #folder: string;
  readonly #kind: DatabaseBackups['kind'];
  readonly #child: string;
  readonly #crossfade: FakeCrossfade;
  readonly #database: LocalDatabase;
  readonly #port: number;
  readonly #temporary: string | undefined;
  /** Rows of `orders` whose INSERT was acknowledged. */
  #committed = 0;
  #runs = 0;
  #backup: { readonly name: string; readonly rows: number } | undefined;

  private constructor(folder: string, kind: DatabaseBackups['kind'], child: string, port: number, before?: string) {
    this.#folder = folder;
    this.#kind = kind;
    this.#child = child;
    this.#port = port;
    this.#temporary = before;
    this.#crossfade = databaseCrossfade(folder, kind);
    this.#database = databaseIn(folder, kind);
  }

  static async open(kind: DatabaseBackups['kind']): Promise<KillDatabaseRig> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-kill-')));
    // So that everything that PostgreSQL's account works in lies below, and nothing else's.
    await chmod(folder, 0o711);
    await mkdir(join(folder, 'tmp'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = join(folder, 'tmp');
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    const child = await bundle(
      new URL('kill-database-child.ts', import.meta.url),
      join(folder, 'child', 'kill-database-child.mjs'),
    );
    const { port } = await startServer({ directory: folder, database: 'shop' });
    saveWorld(join(folder, 'world.json'), { ...emptyWorld(someServices()), requestsPerSecond: 20_000 });
    const rig = new KillDatabaseRig(folder, kind, child, port, before);
    await rig.#sql('owner', 'CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE ran (migration text)');
    const first = await rig.#crossfade.deploy('local-20260101t000000z-firstx', someRelease('1.0.0'));
    expect(first.outcome).to.equal('completed');
    return rig;
  }

  async close(): Promise<void> {
    if (this.#temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = this.#temporary;
    await removeServer({ directory: this.#folder });
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Every boundary that a run of this kind passes, in order, as a run tells that is left alone. */
  async boundaries(act: Cell['act']): Promise<string[]> {
    const record = join(this.#folder, 'labels.json');
    await this.#perform({ act, then: 'resume' }, record);
    return JSON.parse(readFileSync(record, 'utf8')) as string[];
  }

  /** Kills where the cell says, goes on, and sees that nothing is lost and that the journal says what is. False: it did not come there. */
  async play(cell: Cell): Promise<boolean> {
    return this.#perform(cell);
  }

  /** A good deploy clears what killed processes have left. */
  async leftovers(): Promise<string[]> {
    await this.#perform({ act: 'deploy', then: 'resume' });
    const { rows } = await this.#sql(
      'superuser',
      "SELECT datname FROM pg_database WHERE datname NOT IN ('shop', 'postgres', 'template0', 'template1')",
    );
    const files = await Promise.all(
      ['tmp', 'backups', 'dumps', 'postgres'].map((name) => readdir(join(this.#folder, name)).catch(() => [])),
    );
    const extra = files.flat().filter((name) => /^\.|^crossfade-|^restored-|^kept-/.test(name));
    return [...rows.map((row) => String(row['datname'])), ...extra];
  }

  async #perform(cell: Cell, record?: string): Promise<boolean> {
    this.#runs += 1;
    const run = `local-20260101t${String(this.#runs).padStart(6, '0')}z-abcdef`;
    const where = `${cell.kill?.victim ?? 'nobody'} at '${cell.kill?.label ?? ''}' +${cell.kill?.later ?? 0} ms, then ${cell.then}`;
    if (cell.act !== 'deploy') await this.#prepareRestore(cell.act);
    const flow: DatabaseErrand['flow'] =
      cell.act === 'deploy'
        ? { act: 'deploy', number: this.#runs }
        : { act: 'restore', backup: this.#backup?.name ?? '', rows: this.#committed - (this.#backup?.rows ?? 0) };
    rmSync(join(this.#folder, 'struck'), { force: true });
    const users = cell.act === 'deploy' ? this.#users() : undefined;
    let outcome: string;
    try {
      outcome = await performErrand(this.#child, {
        folder: this.#folder,
        kind: this.#kind,
        run,
        flow,
        ...(cell.kill === undefined ? {} : { kill: cell.kill }),
        ...(record === undefined ? {} : { record }),
      });
      // As an up would.
      await startServer({ directory: this.#folder, database: 'shop' });
      for (let tries = 0; tries < 3 && (await this.#crossfade.state(run)) === 'unfinished'; tries += 1) {
        await (cell.then === 'go back' && tries === 0 ? this.#crossfade.goBack(run) : this.#crossfade.resume(run));
      }
    } finally {
      await users?.();
    }
    const struck = outcome === 'died' || existsSync(join(this.#folder, 'struck'));
    try {
      await this.#check(run, cell, flow);
    } catch (error) {
      const events = (await this.#crossfade.state(run)) === 'none' ? [] : await this.#crossfade.events(run);
      const told = events.map(({ body }) => (body.kind === 'planned' ? 'planned' : JSON.stringify(body))).join('\n');
      throw new Error(`${where} (${outcome}): ${error instanceof Error ? error.message : String(error)}\n${told}`, {
        cause: error,
      });
    }
    return struck;
  }

  async #check(run: string, { act }: Cell, flow: DatabaseErrand['flow']): Promise<void> {
    const { store } = this.#crossfade;
    const lease = { environment: 'local', run: 'check', by: 'ada', clock: this.#crossfade.world().clock };
    await (await acquireLease(store, lease)).release();
    const state = await this.#crossfade.state(run);
    expect(state, 'somebody can finish it').to.be.oneOf(['none', 'over']);
    const { world } = this.#crossfade.world().platform;
    expect(world.maintenance, 'the page is off').to.equal(null);
    expect(world.lost, 'requests lost').to.equal(0);
    expect(serversBelow(this.#folder).length, 'the server works').to.be.above(0);
    if (state === 'none') return;
    const { findings } = await verifyJournal(store, run, await anchorOf(store, 'local', run));
    expect(findings, 'the chain verifies').to.deep.equal([]);
    if (act === 'deploy') await this.#checkDeploy(run, flow);
    else await this.#checkRestore(run);
  }

  async #checkDeploy(run: string, flow: DatabaseErrand['flow']): Promise<void> {
    const rows = await this.#rows();
    // One more may be in, whose answer was cut off.
    expect(rows, 'every committed row is there').to.be.within(this.#committed, this.#committed + 1);
    this.#committed = rows;
    const events = await this.#crossfade.events(run);
    const bodies = events.map(({ body }) => body);
    const passed = (step: string) => bodies.some((body) => body.kind === 'passed' && body.step === step);
    const named = (await this.#database.restores.list()).filter(({ name }) => name === `before-${run}`);
    expect(named.length, 'one backup of one name').to.equal(passed('back-up') ? 1 : named.length);
    expect(named.length).to.be.at.most(1);
    if (passed('verify-backup')) expect(named[0]?.verified, 'it was verified').to.equal(true);
    if (flow.act !== 'deploy') return;
    const release = databaseRelease(flow.number);
    const { applied, missing } = await this.#database.migrations(release);
    const ids = release.migrations.map(({ id }) => id);
    const noted = await this.#sql('owner', 'SELECT migration, count(*)::int AS times FROM ran GROUP BY 1');
    const ran = Object.fromEntries(noted.rows.map((row) => [String(row['migration']), row['times']]));
    for (const id of ids) {
      if (applied.includes(id)) expect(ran[id], `${id} ran once`).to.equal(1);
      // A cut statement outside of a transaction may be in without its note; then that is said.
      else expect(ran[id] ?? 0, `${id} ran at most once`).to.be.at.most(id.endsWith('-b.sql') ? 1 : 0);
    }
    if (passed('migrate')) {
      expect(missing, 'what the journal says is in is in').to.deep.equal([]);
      const evidence = bodies.flatMap((body) =>
        body.kind === 'passed' && body.step === 'migrate' ? [body.evidence] : [],
      );
      const told = evidence.flatMap((each) => [each['appliedEarlier'] ?? [], each['applied'] ?? []]).flat();
      expect(told, 'all that this run has applied is told').to.have.members(ids);
    }
    const failed = bodies.findLast((body) => body.kind === 'failed' && body.step === 'migrate');
    const message = failed?.kind === 'failed' ? failed.failure.message : '';
    if (!/In: /.test(message) || bodies.some((body) => body.kind === 'resumed')) return;
    const [, into = '', not = ''] =
      /\bIn: (.*?)\. (?:Half.*\. )?Not in: ([^.]*\.sql|nothing|.*?)(?:\. |$)/.exec(message) ?? [];
    for (const id of ids) {
      if (into.split(', ').includes(id)) expect(missing, `told as in: ${message}`).not.to.include(id);
      if (not.split(', ').includes(id)) expect(missing, `told as not in: ${message}`).to.include(id);
    }
  }

  async #checkRestore(run: string): Promise<void> {
    const events = await this.#crossfade.events(run);
    const ended = events.at(-1)?.body;
    const inUse = await this.#database.restores.inUse(run);
    expect(ended?.kind === 'ended' && ended.outcome === 'completed', 'the journal says which is in use').to.equal(
      inUse,
    );
    if (inUse) {
      expect(await this.#rows(), 'the rows of the backup').to.equal(this.#backup?.rows);
      // What was in use is kept, with every row.
      await this.#database.restores.switchBack(run, quiet);
      await this.#database.restores.remove(run);
    }
    expect(await this.#rows(), 'every committed row is there').to.equal(this.#committed);
    // Users may have written to what was restored: then it is kept, and that is said.
    const told = events.some(
      ({ body }) => body.kind === 'undone' && body.step === 'switch-database' && 'keptBecause' in body.evidence,
    );
    const kept = (await this.#database.restores.kept?.()) ?? [];
    const names = kept.map(({ name }) => name);
    expect(names, 'what is kept is told').to.deep.equal(told ? [`kept-after-${run}`] : []);
    for (const name of names) await this.#database.restores.drop?.(name);
    const { rows } = await this.#sql(
      'superuser',
      "SELECT datname FROM pg_database WHERE datname ~ '^(restored|kept)-'",
    );
    expect(rows, 'nothing is left beside').to.deep.equal([]);
    const beside = await readdir(serverFolder(this.#folder));
    expect(beside.filter((name) => name.startsWith('restored-'))).to.deep.equal([]);
  }

  /** Rows since a backup whose loss can be counted. */
  async #prepareRestore(act: Cell['act']): Promise<void> {
    const name = this.#backup?.name;
    const since = name === undefined ? undefined : await this.#database.writesSince({ backup: name });
    if (since?.tables === undefined) {
      await this.#add(10);
      const fresh = `by-hand-${this.#runs}`;
      await this.#database.backUp(fresh, quiet);
      this.#backup = { name: fresh, rows: this.#committed };
      const folder = join(this.#folder, this.#kind === 'copy' ? 'backups' : 'dumps');
      if (name !== undefined) await rm(join(folder, name), { recursive: true, force: true });
    }
    await this.#add(3);
    const file = join(this.#folder, 'world.json');
    const { world } = this.#crossfade.world().platform;
    const smokeStatus = act === 'restore' ? 200 : 500;
    for (const input of Object.values(world.slots)) {
      if (input !== null) world.behaviours[input.release.version] = { smokeStatus };
    }
    saveWorld(file, world);
    const backup = this.#backup?.name ?? '';
    const deadline = performance.now() + 20_000;
    while (lossOf(await this.#database.writesSince({ backup })).rows === 0 && performance.now() < deadline)
      await pause(50);
  }

  /** One row after the other, for as long as it isn't stopped; a server that is gone is looked for again. */
  #users(): () => Promise<void> {
    const state = { stopped: false };
    const over = (async () => {
      while (!state.stopped) {
        await this.#add(1).catch(() => undefined);
        await pause(30);
      }
    })();
    return async () => {
      state.stopped = true;
      await over;
    };
  }

  async #add(count: number): Promise<void> {
    const before = await this.#rows();
    await this.#sql('app', `INSERT INTO orders SELECT generate_series(${before + 1}, ${before + count})`);
    this.#committed = before + count;
  }

  async #rows(): Promise<number> {
    return Number((await this.#sql('app', 'SELECT count(*)::int AS n FROM orders')).rows[0]?.['n']);
  }

  async #sql(role: 'app' | 'owner' | 'superuser', text: string) {
    const client = new Client({
      host: '127.0.0.1',
      port: this.#port,
      database: 'shop',
      user: postgresRoles[role],
      password: readPassword(serverFolder(this.#folder), role),
      application_name: 'a user',
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.query<Record<string, unknown>>(text);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

const quiet = { signal: new AbortController().signal, say: () => undefined };
