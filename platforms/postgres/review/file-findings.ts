import type { PlacedAct, Problem } from './act.js';
import type { TableFact } from './database-facts.js';
import { blockedBy } from './lock-mode.js';
import { runnerOf } from './runner.js';
import type { Script } from './script.js';
import { weigh } from './weigh.js';

export interface Finding extends Problem {
  readonly migration: string;
  readonly line: number;
  readonly column?: number;
}

/** What is known beside the acts of a file. */
export interface Surroundings {
  readonly fresh: ReadonlySet<string>;
  readonly factOf: (table: string) => TableFact | undefined;
  readonly longestBlockMilliseconds: number;
}

interface Placed {
  readonly problem: Problem;
  readonly line: number;
}

/** What a file's acts say each, and what they say together. */
export function findingsOf(script: Script, acts: readonly PlacedAct[], around: Surroundings): Finding[] {
  const scalesOf = (act: PlacedAct) => ({
    fact: factOfAct(act, around),
    longestBlockMilliseconds: around.longestBlockMilliseconds,
  });
  const each = acts.flatMap((act) =>
    [
      ...act.problems.filter(({ severity }) => severity === 'note' || !isFresh(act, around)),
      ...discipline(script, act, around),
      ...(act.transaction !== undefined && act.alone ? [alone(script, act)] : []),
    ].map((problem): Placed => ({ problem: weigh(problem, act, scalesOf(act)), line: act.line })),
  );
  const transactions = [...new Set(acts.flatMap(({ transaction }) => transaction ?? []))];
  const together = transactions.flatMap((number) => {
    const within = acts.filter(({ transaction }) => transaction === number);
    return [...heldThrough(within, around, scalesOf), ...manyTables(within, around)];
  });
  return [...each, ...together, ...repetition(acts, around)]
    .map(({ problem, line }) => ({ migration: script.id, line, ...problem }))
    .sort((one, other) => one.line - other.line);
}

/** The table that it works on was made in the same run: it has no rows, and nobody knows it. */
function isFresh(act: PlacedAct, { fresh }: Surroundings): boolean {
  return act.locks[0] !== undefined && fresh.has(act.locks[0].relation);
}

function factOfAct(act: PlacedAct, { factOf }: Surroundings): TableFact | undefined {
  return act.locks[0] === undefined ? undefined : factOf(act.locks[0].relation);
}

/** An expand migration must leave the live slot's application working; a contract one runs when no slot needs the shape before. */
function discipline(script: Script, act: PlacedAct, around: Surroundings): Problem[] {
  if (script.phase === 'contract' || isFresh(act, around) || act.live.answer === 'yes') return [];
  const safer = "let the migration's phase be contract: it then waits until no slot needs what it takes away";
  const because = `${act.what}: ${act.live.because}`;
  if (act.live.answer === 'no') return [{ code: 'breaks-live-slot', severity: 'stop', because, safer }];
  if (act.phase === 'contract') return [{ code: 'contract-in-expand', severity: 'stop', because, safer }];
  return [
    {
      code: 'may-break-live-slot',
      severity: 'warn',
      because,
      safer: 'make sure that the application of the live slot does not care',
    },
  ];
}

function alone(script: Script, act: PlacedAct): Problem {
  return {
    code: 'needs-no-transaction',
    severity: 'stop',
    because: `${act.what} can not run in a transaction`,
    safer: `run it ${runnerOf(script.runner).outside}`,
  };
}

/** A lock is kept until the transaction ends: what takes long comes in a transaction of its own. */
function heldThrough(
  acts: readonly PlacedAct[],
  around: Surroundings,
  scalesOf: (act: PlacedAct) => Parameters<typeof weigh>[2],
): Placed[] {
  const held = new Map<string, number>();
  return acts.flatMap((act) => {
    const before = [...held].filter(([, line]) => line < act.line).map(([relation]) => relation);
    for (const { relation, mode } of act.locks)
      if (blockedBy(mode) !== 'nothing' && !around.fresh.has(relation))
        held.set(relation, held.get(relation) ?? act.line);
    if (act.effort === 'none' || isFresh(act, around) || before.length === 0) return [];
    const problem: Problem = {
      code: 'lock-held-through',
      severity: 'stop',
      because: `${before.join(', ')} stays locked since line ${Math.min(...before.map((relation) => held.get(relation) ?? act.line))} for as long as ${act.what} takes`,
      safer: 'put it into a file of its own',
      scales: true,
    };
    return [{ problem: weigh(problem, act, scalesOf(act)), line: act.line }];
  });
}

function manyTables(acts: readonly PlacedAct[], { fresh }: Surroundings): Placed[] {
  const locked = new Map<string, number>();
  for (const { locks, line } of acts) {
    for (const { relation, mode } of locks)
      if (mode === 'ACCESS EXCLUSIVE' && !fresh.has(relation) && !relation.startsWith('table of '))
        locked.set(relation, locked.get(relation) ?? line);
  }
  if (locked.size < 2) return [];
  const problem: Problem = {
    code: 'locks-many-tables',
    severity: 'warn',
    because: `${[...locked.keys()].join(', ')} are locked together: with a query that takes them in another order each waits for the other`,
    safer: 'one table a file',
  };
  return [{ problem, line: [...locked.values()][1] ?? 1 }];
}

/** What commits by itself stays when a later statement fails: the second try must pass by it. */
function repetition(acts: readonly PlacedAct[], around: Surroundings): Placed[] {
  return acts
    .filter((act, index) => !act.repeatable && (act.alone || index < acts.length - 1) && !isFresh(act, around))
    .filter(({ transaction }) => transaction === undefined)
    .filter(
      ({ makes, line }) =>
        makes === undefined ||
        !acts.some(({ removes, repeatable, line: before }) => removes === makes && repeatable && before <= line),
    )
    .map((act) => {
      const problem: Problem = {
        code: 'not-repeatable',
        severity: 'note',
        because: `${act.what} commits by itself: when what follows fails, a second try of the file fails here`,
        safer: act.alone
          ? 'DROP INDEX CONCURRENTLY IF EXISTS before it: IF NOT EXISTS alone would also pass by an invalid index'
          : 'IF EXISTS or IF NOT EXISTS',
      };
      return { problem, line: act.line };
    });
}
