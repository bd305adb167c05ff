import type { Node, VacuumStmt } from 'libpg-query';
import { act, type Act, type Problem } from '../act.js';
import { lockModes } from '../lock-mode.js';
import { listName, relationName } from '../names.js';
import { isOptionOn } from '../option-on.js';

/** Upkeep of tables: VACUUM, ANALYZE, CLUSTER, REFRESH, LOCK, COMMENT. */
export function upkeepAct(node: Node, line: number): Act | undefined {
  if ('VacuumStmt' in node) return vacuumAct(node.VacuumStmt, line);
  if ('ClusterStmt' in node) {
    const table = relationName(node.ClusterStmt.relation);
    return rewriting(`CLUSTER ${table}`, line, table);
  }
  if ('RefreshMatViewStmt' in node) {
    const view = relationName(node.RefreshMatViewStmt.relation);
    const concurrent = node.RefreshMatViewStmt.concurrent === true;
    const problem: Problem = {
      code: 'refresh-locks',
      severity: 'warn',
      because: `nobody can read ${view} until it is filled`,
      safer: 'REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on it',
      scales: true,
    };
    return act(`REFRESH ${view}`, line, {
      locks: [{ relation: view, mode: concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE' }],
      scans: 'its query runs',
      problems: concurrent ? [] : [problem],
    });
  }
  if ('LockStmt' in node) {
    const mode = lockModes[(node.LockStmt.mode ?? 1) - 1] ?? 'ACCESS EXCLUSIVE';
    const locks = (node.LockStmt.relations ?? []).flatMap((item) =>
      'RangeVar' in item ? [{ relation: relationName(item.RangeVar), mode }] : [],
    );
    const problem: Problem = {
      code: 'locks-by-hand',
      severity: 'warn',
      because: 'it is held until the file ends, whatever else stands in it',
      safer: 'leave it to the statement that needs it',
    };
    return act(`LOCK ${locks.map(({ relation }) => relation).join(', ')}`, line, { locks, problems: [problem] });
  }
  if ('CommentStmt' in node) {
    const { objtype, object } = node.CommentStmt;
    const column = objtype === 'OBJECT_COLUMN' || objtype === 'OBJECT_TABCONSTRAINT' || objtype === 'OBJECT_TRIGGER';
    const table = column ? listName(object, 1) : listName(object);
    const locked = column || objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_VIEW' || objtype === 'OBJECT_INDEX';
    return act(`COMMENT ON ${table}`, line, {
      locks: locked ? [{ relation: table, mode: 'SHARE UPDATE EXCLUSIVE' }] : [],
      reverse: { none: 'the comment before must be read before' },
    });
  }
  return undefined;
}

function vacuumAct(statement: VacuumStmt, line: number): Act {
  const tables = (statement.rels ?? []).flatMap((item) =>
    'VacuumRelation' in item ? [relationName(item.VacuumRelation.relation)] : [],
  );
  const full = isOptionOn(statement.options, 'full');
  const vacuum = statement.is_vacuumcmd === true;
  if (full) return { ...rewriting(`VACUUM FULL ${tables.join(', ')}`, line, ...tables), alone: true };
  return act(`${vacuum ? 'VACUUM' : 'ANALYZE'} ${tables.join(', ')}`, line, {
    locks: tables.map((relation) => ({ relation, mode: 'SHARE UPDATE EXCLUSIVE' })),
    ...(tables.length === 0 ? { alsoLocks: 'every table in turn (SHARE UPDATE EXCLUSIVE)' } : {}),
    scans: 'rows are read, while all go on reading and writing',
    alone: vacuum,
  });
}

function rewriting(what: string, line: number, ...tables: readonly string[]): Act {
  const rewrites = 'every row is copied';
  const problem: Problem = {
    code: 'rewrites-table',
    severity: 'stop',
    because: `nobody can read ${tables.join(', ') || 'any table'} while ${rewrites}`,
    safer: 'VACUUM alone, or pg_repack',
    scales: true,
  };
  return act(what, line, {
    locks: tables.map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' })),
    rewrites,
    problems: [problem],
  });
}
