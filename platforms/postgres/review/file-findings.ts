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
      ...act.problems.filter(({ severity }) => severity === 'note' || !isFresh(act)),
      ...discipline(script, act),
      ...(act.transaction !== undefined && act.alone ? [alone(script, act)] : []),
    ].map((problem): Placed => ({ problem: weigh(problem, act, scalesOf(act)), line: act.line })),
  );
  const transactions = [...new Set(acts.flatMap(({ transaction }) => transaction ?? []))];
  const together = transactions.flatMap((number) => {
    const within = acts.filter(({ transaction }) => transaction === number);
    return [...heldThrough(within, scalesOf), ...manyTables(within)];
  });
  return [...each, ...together, ...repetition(acts)]
    .map(({ problem, line }) => ({ migration: script.id, line, ...problem }))
    .sort((one, other) => one.line - other.line);
}

/** The table that it works on was made in the same run, and so was everything else that it takes for itself. */
function isFresh({ locks, fresh }: PlacedAct): boolean {
  const [first] = locks;
  if (first === undefined || !fresh.includes(first.relation)) return false;
  return locks.every(({ relation, mode }) => mode !== 'ACCESS EXCLUSIVE' || fresh.includes(relation));
}

function factOfAct(act: PlacedAct, { factOf }: Surroundings): TableFact | undefined {
  return act.locks[0] === undefined ? undefined : factOf(act.locks[0].relation);
}

/** An expand migration must leave the live slot's application working; a contract one runs when no slot needs the shape before. */
function discipline(script: Script, act: PlacedAct): Problem[] {
  if (script.phase === 'contract' || isFresh(act) || act.live.answer === 'yes') return [];
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
function heldThrough(acts: readonly PlacedAct[], scalesOf: (act: PlacedAct) => Parameters<typeof weigh>[2]): Placed[] {
  const held = new Map<string, PlacedAct>();
  return acts.flatMap((act) => {
    const before = [...held].filter(([, { statement }]) => statement < act.statement);
    for (const { relation, mode } of act.locks)
      if (blockedBy(mode) !== 'nothing' && !act.fresh.includes(relation)) held.set(relation, held.get(relation) ?? act);
    if (act.effort === 'none' || isFresh(act) || before.length === 0) return [];
    const problem: Problem = {
      code: 'lock-held-through',
      severity: 'stop',
      because: `${before.map(([relation]) => relation).join(', ')} stays locked since line ${Math.min(...before.map(([, { line }]) => line))} for as long as ${act.what} takes`,
      safer: 'put it into a file of its own',
      scales: true,
    };
    return [{ problem: weigh(problem, act, scalesOf(act)), line: act.line }];
  });
}

function manyTables(acts: readonly PlacedAct[]): Placed[] {
  const locked = new Map<string, number>();
  for (const { locks, line, fresh } of acts) {
    for (const { relation, mode } of locks)
      if (mode === 'ACCESS EXCLUSIVE' && !fresh.includes(relation) && !relation.startsWith('table of '))
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
function repetition(acts: readonly PlacedAct[]): Placed[] {
  const last = acts.at(-1)?.statement;
  return acts
    .filter((act) => !act.repeatable && (act.alone || act.statement !== last) && !isFresh(act))
    .filter(({ transaction }) => transaction === undefined)
    .filter(
      ({ makes, statement }) =>
        makes === undefined ||
        !acts.some((before) => before.removes === makes && before.repeatable && before.statement <= statement),
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
