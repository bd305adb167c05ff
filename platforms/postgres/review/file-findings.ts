import type { Migration } from '../../../contract/release.js';
import type { Act, Problem } from './act.js';
import { blockedBy } from './lock-mode.js';
import type { Scene } from './scene.js';

export interface Finding extends Problem {
  readonly migration: string;
  readonly line: number;
}

/** What a file's acts say each, and what they say together. */
export function findingsOf(migration: Migration, acts: readonly Act[], scene: Scene): Finding[] {
  const findings = acts.flatMap((act) => [
    ...act.problems
      .filter(({ severity }) => severity === 'note' || !isFresh(act, scene))
      .map((problem) => ({ problem, line: act.line })),
    ...discipline(migration, act, scene).map((problem) => ({ problem, line: act.line })),
    ...(scene.transactional && act.alone ? [{ problem: alone(act), line: act.line }] : []),
  ]);
  const together = scene.transactional ? [...heldThrough(acts, scene), ...manyTables(acts, scene)] : [];
  return [...findings, ...together]
    .map(({ problem, line }) => ({ migration: migration.id, line, ...problem }))
    .sort((one, other) => one.line - other.line);
}

/** The table that it works on was made in the same run: it has no rows, and nobody knows it. */
function isFresh(act: Act, scene: Scene): boolean {
  return act.locks[0] !== undefined && scene.fresh.has(act.locks[0].relation);
}

/** An expand migration must leave the live slot's application working; a contract one runs when no slot needs the shape before. */
function discipline(migration: Migration, act: Act, scene: Scene): Problem[] {
  if (migration.phase === 'contract' || isFresh(act, scene) || act.live.answer === 'yes') return [];
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

function alone(act: Act): Problem {
  return {
    code: 'needs-no-transaction',
    severity: 'stop',
    because: `${act.what} can not run in a transaction`,
    safer: "put it into a file of its own that begins with '-- crossfade: no-transaction'",
  };
}

interface Placed {
  readonly problem: Problem;
  readonly line: number;
}

/** A lock is kept until the transaction ends: what takes long comes in a transaction of its own. */
function heldThrough(acts: readonly Act[], scene: Scene): Placed[] {
  const held = new Map<string, number>();
  return acts.flatMap((act) => {
    const before = [...held].filter(([, line]) => line < act.line).map(([relation]) => relation);
    for (const { relation, mode } of act.locks)
      if (blockedBy(mode) !== 'nothing' && !scene.fresh.has(relation))
        held.set(relation, held.get(relation) ?? act.line);
    if ((act.scans ?? act.rewrites) === undefined || isFresh(act, scene) || before.length === 0) return [];
    const problem: Problem = {
      code: 'lock-held-through',
      severity: 'stop',
      because: `${before.join(', ')} stays locked since line ${Math.min(...before.map((relation) => held.get(relation) ?? act.line))} for as long as ${act.what} takes`,
      safer: 'put it into a file of its own',
    };
    return [{ problem, line: act.line }];
  });
}

function manyTables(acts: readonly Act[], scene: Scene): Placed[] {
  const locked = new Map<string, number>();
  for (const { locks, line } of acts) {
    for (const { relation, mode } of locks)
      if (mode === 'ACCESS EXCLUSIVE' && !scene.fresh.has(relation) && !relation.startsWith('table of '))
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
