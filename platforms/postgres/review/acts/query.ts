import type { Node, RangeVar } from 'libpg-query';
import { act, breaks, mayBreak, works, type Act, type Problem } from '../act.js';
import type { Lock } from '../lock-mode.js';
import { locksOfQuery } from '../query-locks.js';
import { relationName } from '../names.js';
import { isBounded } from '../bounded.js';
import type { Scene } from '../scene.js';
import { callsIn } from '../volatility.js';

/** Keys are looked up, and rows that hang on a deleted one go with it. */
const tied = {
  alsoLocks: 'tables that foreign keys tie to it (ROW SHARE, or ROW EXCLUSIVE where they cascade)',
  alsoAtMost: 'ROW EXCLUSIVE',
} as const;

/** Statements that read or change rows; undefined for all others. */
export function queryAct(node: Node, line: number, scene: Scene): Act | undefined {
  const locks = locksOfQuery(node);
  if ('SelectStmt' in node) {
    const into = node.SelectStmt.intoClause?.rel;
    return act(into === undefined ? 'SELECT' : `SELECT INTO ${relationName(into)}`, line, {
      locks,
      ...(into === undefined ? {} : { phase: 'expand', repeatable: false }),
      problems: calls(node),
    });
  }
  if ('InsertStmt' in node) {
    return act(`INSERT INTO ${relationName(node.InsertStmt.relation)}`, line, {
      locks,
      ...tied,
      repeatable: node.InsertStmt.onConflictClause !== undefined,
      live: works('rows are added, none is changed'),
      reverse: { none: 'the rows must be deleted by what tells them from others' },
    });
  }
  if ('UpdateStmt' in node) {
    const { relation, whereClause } = node.UpdateStmt;
    return changed('UPDATE', relation, whereClause, { line, scene, locks });
  }
  if ('DeleteStmt' in node) {
    const { relation, whereClause } = node.DeleteStmt;
    return changed('DELETE FROM', relation, whereClause, { line, scene, locks });
  }
  if ('MergeStmt' in node) {
    return act(`MERGE INTO ${relationName(node.MergeStmt.relation)}`, line, {
      locks,
      ...tied,
      reverse: { none: 'what was there before is gone' },
    });
  }
  if ('CopyStmt' in node) {
    return act(`COPY ${relationName(node.CopyStmt.relation)}`, line, { locks, ...tied });
  }
  if ('TruncateStmt' in node) return truncated(node.TruncateStmt, line);
  return undefined;
}

interface Change {
  readonly line: number;
  readonly scene: Scene;
  readonly locks: Lock[];
}

function changed(
  verb: string,
  relation: RangeVar | undefined,
  where: Node | undefined,
  { line, scene, locks }: Change,
): Act {
  const table = relationName(relation);
  const whole = !isBounded(where) && !scene.fresh.has(table);
  const problem: Problem = {
    code: 'changes-every-row',
    severity: 'stop',
    because: `nothing bounds how many rows of ${table} it locks until it commits, and leaves dead`,
    safer: `in batches by key, ${verb} … WHERE id > … AND id <= …, ${scene.outside}`,
    scales: true,
  };
  return act(`${verb} ${table}`, line, {
    locks,
    ...tied,
    ...(whole ? { scans: 'every row may be written', effort: 'update' } : {}),
    live: mayBreak('the application finds other values than it wrote'),
    reverse: { none: 'the values before are gone' },
    problems: whole ? [problem] : [],
  });
}

function calls(select: Node): Problem[] {
  const called = callsIn(select).find((name) => !quiet.has(name));
  if (called === undefined) return [];
  const because = `what ${called}() changes, and locks, can not be told from the text`;
  return [{ code: 'calls-function', severity: 'note', because, safer: 'write what it does as plain statements' }];
}

/** Known to change no table. */
const quiet = new Set(['setval', 'nextval', 'set_config', 'pg_sleep', 'count', 'sum', 'min', 'max', 'now']);

function truncated(statement: Extract<Node, { TruncateStmt: unknown }>['TruncateStmt'], line: number): Act {
  const tables = (statement.relations ?? []).map((node) => ('RangeVar' in node ? relationName(node.RangeVar) : ''));
  const cascade: Problem = {
    code: 'cascades',
    severity: 'stop',
    because: 'CASCADE empties every table that refers to it, also one that is made tomorrow',
    safer: 'name each table',
  };
  return act(`TRUNCATE ${tables.join(', ')}`, line, {
    locks: tables.map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' })),
    phase: 'contract',
    live: breaks('its rows are gone'),
    reverse: { none: 'only a backup has the rows' },
    problems: statement.behavior === 'DROP_CASCADE' ? [cascade] : [],
  });
}
