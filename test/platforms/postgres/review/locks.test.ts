import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Client } from 'pg';
import { digestOf } from '../../../../contract/json.js';
import type { Act } from '../../../../platforms/postgres/review/act.js';
import { lockModes, strongestMode, type LockMode } from '../../../../platforms/postgres/review/lock-mode.js';
import { reviewMigrations } from '../../../../platforms/postgres/review/review-migrations.js';
import { startEmbedded, until, type Embedded } from '../embedded.js';
import { alone, inTransaction, world } from './lock-shapes.js';

const page = fileURLToPath(new URL('../../../../docs/locks.md', import.meta.url));

interface Seen {
  readonly sql: string;
  readonly claimed: string;
  readonly seen: string;
  readonly rewritten: boolean | undefined;
}

/** That the review tells the truth: each statement is run on a real server, and its locks are read while it is open. */
describe('the locks that a review claims', function () {
  this.timeout(120_000);
  let server: Embedded;
  let client: Client;
  let observer: Client;
  const rows: Seen[] = [];

  before(async () => {
    server = await startEmbedded();
    await server.query('superuser', 'CREATE SCHEMA other');
    await server.query('superuser', world);
    client = await server.client('superuser', 'the statement');
    observer = await server.client('superuser', 'the observer');
  });
  after(() => server.stop());

  for (const sql of inTransaction) {
    it(`are those of ${sql}`, async () => {
      const acts = await actsOf(sql);
      const claimed = await claimsOf(acts);
      const standing = await relations();
      const children = await childrenOf([...claimed.keys()]);
      await client.query('BEGIN');
      try {
        const files = await filesOf([...claimed.keys()]);
        const read = await rowsRead([...claimed.keys()]);
        await client.query(sql);
        const seen = await locksOf(true, standing);
        const after = await filesOf([...claimed.keys()]);
        const rewritten = [...files].some(([name, file]) => after.get(name) !== undefined && after.get(name) !== file);
        rows.push({ sql, claimed: print(claimed), seen: print(seen, claimed), rewritten });
        for (const [relation, mode] of claimed) expect(seen.get(relation), relation).to.equal(mode);
        for (const [relation, mode] of seen) {
          if (claimed.has(relation) || children.has(relation) || excused(acts, relation, mode)) continue;
          expect(lockModes.indexOf(mode), `${relation}: ${mode}, not claimed`).to.be.below(
            lockModes.indexOf('ROW SHARE'),
          );
        }
        checkRewrite(acts, rewritten, sql);
        if ((await rowsRead([...claimed.keys()])) > read)
          expect(
            acts.some((act) => act.scans !== undefined || act.rewrites !== undefined || isQuery(sql)),
            'reads every row',
          ).to.equal(true);
      } finally {
        await client.query('ROLLBACK');
      }
    });
  }

  for (const [sql, table] of alone) {
    it(`are those that ${sql} waits for`, async () => {
      const acts = await actsOf(sql);
      expect(acts.every((act) => act.alone)).to.equal(true);
      const claimed = await claimsOf(acts);
      const blocker = await server.client('superuser');
      await blocker.query(`BEGIN; LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`);
      const { pid } = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!;
      const running = client.query(sql).catch((error: unknown) => error);
      await until(
        async () =>
          (await observer.query('SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted', [pid])).rowCount === 1,
      );
      const seen = await locksOf(false, await relations(), pid);
      await observer.query('SELECT pg_cancel_backend($1)', [pid]);
      await running;
      await blocker.query('ROLLBACK');
      rows.push({ sql, claimed: print(claimed), seen: print(seen, claimed), rewritten: undefined });
      expect(seen.get(table)).to.equal(claimed.get(table));
      expect(seen.get(table)).to.be.a('string');
    });
  }

  it('are at least sixty, and stand in docs/locks.md as they were seen', async () => {
    expect(rows.length)
      .to.equal(inTransaction.length + alone.length)
      .and.at.least(60);
    const text = render(rows);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(page, text);
    expect(squeezed(await readFile(page, 'utf8'))).to.equal(squeezed(text));
  });

  /** Claims by relation, `table of x` resolved; the strongest of an ALTER TABLE is taken for all its commands. */
  async function claimsOf(acts: readonly Act[]): Promise<Map<string, LockMode>> {
    const claims = new Map<string, LockMode>();
    for (const { relation, mode } of acts.flatMap((act) => act.locks)) {
      const index = /^table of (.+)$/.exec(relation)?.[1];
      const name = index === undefined ? relation : await tableOf(index);
      claims.set(name, strongestMode([mode, ...(claims.has(name) ? [claims.get(name)!] : [])])!);
    }
    return claims;
  }

  async function tableOf(index: string): Promise<string> {
    const { rows: found } = await observer.query<{ name: string }>(
      'SELECT indrelid::regclass::text AS name FROM pg_index WHERE indexrelid = $1::regclass',
      [index],
    );
    return found[0]!.name;
  }

  async function childrenOf(names: readonly string[]): Promise<Set<string>> {
    const { rows: found } = await observer.query<{ name: string }>(
      'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent::regclass::text = ANY ($1)',
      [names],
    );
    return new Set(found.map(({ name }) => name));
  }

  async function relations(): Promise<Map<number, string>> {
    const { rows: found } = await observer.query<{ oid: number; name: string }>(
      "SELECT oid::int, relname AS name FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'other'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'S', 'i')",
    );
    return new Map(found.map(({ oid, name }) => [oid, name]));
  }

  /** Of the statement's session, on relations that stood before it, strongest each. */
  async function locksOf(
    granted: boolean,
    standing: ReadonlyMap<number, string>,
    pid?: number,
  ): Promise<Map<string, LockMode>> {
    const asked = pid ?? (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
    const { rows: found } = await observer.query<{ relation: number; mode: string }>(
      "SELECT relation::int, mode FROM pg_locks WHERE pid = $1 AND locktype = 'relation' AND granted = $2",
      [asked, granted],
    );
    const seen = new Map<string, LockMode>();
    for (const { relation, mode } of found) {
      const name = standing.get(relation);
      if (name === undefined) continue;
      const own = lockModes.find((one) => `${one.replaceAll(' ', '')}LOCK` === mode.toUpperCase())!;
      seen.set(name, strongestMode([own, ...(seen.has(name) ? [seen.get(name)!] : [])])!);
    }
    return seen;
  }

  /** Rows of these tables that the session has read one after the other. */
  async function rowsRead(names: readonly string[]): Promise<number> {
    const { rows: found } = await client.query<{ read: string | null }>(
      'SELECT sum(seq_tup_read) AS read FROM pg_stat_xact_user_tables WHERE relname = ANY ($1)',
      [names],
    );
    return Number(found[0]?.read ?? 0);
  }

  async function filesOf(names: readonly string[]): Promise<Map<string, string | null>> {
    const { rows: found } = await client.query<{ name: string; file: string | null }>(
      "SELECT name, pg_relation_filenode(to_regclass(name))::text AS file FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL AND (SELECT relkind FROM pg_class WHERE oid = to_regclass(name)) IN ('r', 'm')",
      [names],
    );
    return new Map(found.map(({ name, file }) => [name, file]));
  }
});

/** Indexes go with their tables, and what the text can't tell is said to be so. */
function excused(acts: readonly Act[], relation: string, mode: LockMode): boolean {
  if (/_pkey$|_note$|_code$|_customer$/.test(relation)) return true;
  return acts.some(({ alsoLocks, alsoAtMost, problems }) => {
    if (problems.some(({ code }) => code === 'cascades')) return true;
    if (alsoLocks === undefined) return false;
    return alsoAtMost === undefined || lockModes.indexOf(mode) <= lockModes.indexOf(alsoAtMost);
  });
}

/** A change of type is claimed to rewrite unless both are stored alike; all else is claimed exactly. TRUNCATE, REFRESH and REINDEX take another file without copying rows. */
function checkRewrite(acts: readonly Act[], rewritten: boolean, sql: string): void {
  if (/^(TRUNCATE|REFRESH|REINDEX)/.test(sql)) return;
  const claims = acts.flatMap(({ rewrites }) => (rewrites === undefined ? [] : [rewrites]));
  if (claims.every((claim) => !claim.includes('unless'))) expect(rewritten, 'rewritten').to.equal(claims.length > 0);
  else if (rewritten) expect(claims).not.to.deep.equal([]);
}

/** Reading rows is what they are for, and two rows are read one after the other. */
function isQuery(sql: string): boolean {
  return /^(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|CREATE TABLE copied|CREATE MATERIALIZED|ANALYZE|CLUSTER)/.test(sql);
}

async function actsOf(sql: string): Promise<readonly Act[]> {
  const [review] = await reviewMigrations([{ id: '1.sql', sql, checksum: digestOf(sql), phase: 'expand' }]);
  expect(review!.findings.filter(({ code }) => code === 'syntax-error' || code === 'not-understood')).to.deep.equal([]);
  return review!.acts;
}

function print(locks: ReadonlyMap<string, LockMode>, like: ReadonlyMap<string, LockMode> = locks): string {
  const shown = [...locks].filter(([relation]) => like.has(relation)).sort(([one], [other]) => (one < other ? -1 : 1));
  return shown.length === 0 ? 'none' : shown.map(([relation, mode]) => `${relation}: ${mode}`).join(', ');
}

/** Whoever lines up the columns of a table changes nothing in it. */
function squeezed(text: string): string {
  return text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

function render(rows: readonly Seen[]): string {
  const lines = rows.map(
    ({ sql, claimed, seen, rewritten }) =>
      `| \`${sql.replaceAll('|', '\\|')}\` | ${claimed} | ${seen} | ${rewritten === undefined ? '' : rewritten ? 'yes' : 'no'} |`,
  );
  return `# Locks: what the migration review claims, and what PostgreSQL 15 does

Written by \`UPDATE_DOCS=1 npx mocha test/platforms/postgres/review/locks.test.ts\`, which runs every statement on a real
server and reads \`pg_locks\` while its transaction is open. Statements that can't run in a transaction are made to wait for
their table, and the lock that they wait for is read. The last column tells whether the table got another file. On
PostgreSQL 18.4 the same was seen of every statement, by hand: the suite has one server.

| statement | claimed | seen | other file |
| --- | --- | --- | --- |
${lines.join('\n')}
`;
}
