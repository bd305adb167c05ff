import { expect } from 'chai';
import fc from 'fast-check';
import type { Client } from 'pg';
import { worstAnswer, type Answer } from '../../../../contract/verdict.js';
import type { PlacedAct } from '../../../../platforms/postgres/review/act.js';
import { lockModes, strongestMode, type LockMode } from '../../../../platforms/postgres/review/lock-mode.js';
import { reviewScripts } from '../../../../platforms/postgres/review/review-scripts.js';
import { startEmbedded, type Embedded } from '../embedded.js';
import { applicationOf, createSchema, migrations, single, type RandomTable } from './random-world.js';

/** How often each claim was tried, and how often the server refused the statement itself. */
interface Tried {
  yes: number;
  no: number;
  unknown: number;
  refused: number;
}

/** Claims of the review about random statements on random schemas, each tried on a real server. */
export function describeRandomClaims(runs: number): void {
  describe(`what a review claims of ${runs} random migrations`, function () {
    this.timeout(60_000 + runs * 1_000);
    let server: Embedded;
    let client: Client;
    let observer: Client;

    before(async () => {
      server = await startEmbedded();
      client = await server.client('superuser', 'the statement');
      observer = await server.client('superuser', 'the observer');
    });
    after(() => server.stop());

    it('fault 17: about the application of the live slot is what its own queries find', async () => {
      const tried: Tried = { yes: 0, no: 0, unknown: 0, refused: 0 };
      await checked(runs, migrations, async ({ tables, statements }) => {
        const acts = await actsOf(statements.join(';\n'));
        const answer = worstAnswer(acts.map(({ live }) => live.answer));
        await within(tables, async () => {
          expect(await failures(tables), 'before').to.deep.equal([]);
          if (!(await ran(statements))) {
            tried.refused += 1;
            return;
          }
          tried[answer] += 1;
          const failed = await failures(tables);
          if (answer === 'yes') expect(failed).to.deep.equal([]);
          if (answer === 'no') expect(failed).not.to.deep.equal([]);
        });
      });
      expectTried(tried, runs);
    });

    it('about locks is what pg_locks shows', async () => {
      const tried: Tried = { yes: 0, no: 0, unknown: 0, refused: 0 };
      await checked(runs, single, async ({ tables, statement }) => {
        const acts = await actsOf(statement);
        await within(tables, async () => {
          await client.query('COMMIT; BEGIN');
          if (!(await ran([statement]))) {
            tried.refused += 1;
            return;
          }
          tried.yes += 1;
          compare(acts, await locks());
        });
      });
      expect(tried.yes).to.be.above(runs / 2);
    });

    async function ran(statements: readonly string[]): Promise<boolean> {
      for (const sql of statements) {
        const done = await client.query(sql).then(
          () => true,
          () => false,
        );
        if (!done) return false;
      }
      return true;
    }

    /** The tables stand, are committed if the work wants that, and are gone again. */
    async function within(tables: readonly RandomTable[], act: () => Promise<void>): Promise<void> {
      await client.query('BEGIN; CREATE SCHEMA random; SET LOCAL search_path = random');
      await client.query('SET search_path = random');
      try {
        await client.query(createSchema(tables));
        await act();
      } finally {
        await client.query('ROLLBACK');
        await client.query('DROP SCHEMA IF EXISTS random CASCADE; RESET search_path');
      }
    }

    /** The application's questions that fail, each tried from the same state. */
    async function failures(tables: readonly RandomTable[]): Promise<string[]> {
      const failed: string[] = [];
      for (const sql of applicationOf(tables)) {
        await client.query('SAVEPOINT tried');
        await client.query(sql).catch((error: unknown) => failed.push(`${sql}: ${String(error)}`));
        await client.query('ROLLBACK TO tried');
      }
      return failed;
    }

    /** Of the open transaction, on what stood before it, strongest each; an index goes under its table. */
    async function locks(): Promise<Map<string, LockMode>> {
      const { pid } = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!;
      const { rows } = await observer.query<{ name: string; index: boolean; mode: string }>(
        `SELECT c.relname AS name, c.relkind IN ('i', 'I') AS index, mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
          WHERE pid = $1 AND locktype = 'relation' AND granted AND relnamespace = 'random'::regnamespace`,
        [pid],
      );
      const seen = new Map<string, LockMode>();
      for (const { name, mode } of rows) {
        const own = lockModes.find((one) => `${one.replaceAll(' ', '')}LOCK` === mode.toUpperCase())!;
        seen.set(name, strongestMode([own, ...(seen.has(name) ? [seen.get(name)!] : [])])!);
      }
      return seen;
    }
  });
}

function compare(acts: readonly PlacedAct[], seen: ReadonlyMap<string, LockMode>): void {
  const claimed = new Map<string, LockMode>();
  for (const { relation, mode } of acts.flatMap((act) => act.locks)) {
    const name = relation.replace(/^table of (t\d)_.*$/, '$1');
    claimed.set(name, strongestMode([mode, ...(claimed.has(name) ? [claimed.get(name)!] : [])])!);
  }
  for (const [relation, mode] of claimed) expect(seen.get(relation), relation).to.equal(mode);
  for (const [relation, mode] of seen) {
    if (claimed.has(relation) || !/^t\d$/.test(relation)) continue;
    expect(lockModes.indexOf(mode), `${relation}: ${mode}, not claimed`).to.be.at.most(unclaimedLimit(acts));
  }
}

/** How strong a lock may be that no act names: what the text can't tell is said to be so. */
function unclaimedLimit(acts: readonly PlacedAct[]): number {
  const limits = acts.flatMap(({ alsoLocks, alsoAtMost, problems }) => {
    if (problems.some(({ code }) => code === 'cascades')) return [lockModes.length];
    if (alsoLocks === undefined) return [];
    return [alsoAtMost === undefined ? lockModes.length : lockModes.indexOf(alsoAtMost)];
  });
  return Math.max(lockModes.indexOf('ACCESS SHARE'), ...limits);
}

/** Runs the property; a failure prints its seed, and CROSSFADE_SEED runs it again. */
async function checked<Value>(
  runs: number,
  arbitrary: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<void>,
): Promise<void> {
  const seed = Number(process.env['CROSSFADE_SEED'] ?? Date.now() % 2 ** 31);
  console.log(`      seed ${seed}`);
  await fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns: runs, seed, endOnFailure: true });
}

/** A property that was never tried proves nothing. */
function expectTried(tried: Tried, runs: number): void {
  const answers: readonly Answer[] = ['yes', 'no', 'unknown'];
  console.log(
    `      ${answers.map((answer) => `${answer} ${tried[answer]}`).join(', ')}, refused by the server ${tried.refused}`,
  );
  expect(tried.yes).to.be.above(runs / 5);
  expect(tried.refused).to.be.below(runs / 2);
}

async function actsOf(sql: string): Promise<readonly PlacedAct[]> {
  const [review] = await reviewScripts([{ id: 'a.sql', sql, phase: 'expand', runner: 'crossfade' }]);
  expect(review!.read, sql).to.equal(true);
  return review!.acts;
}
