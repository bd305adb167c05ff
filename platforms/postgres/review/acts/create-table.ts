import type { CreateStmt, Node } from 'libpg-query';
import { act, mayBreak, undoneBy, works, type Act, type Problem } from '../act.js';
import type { Lock } from '../lock-mode.js';
import { relationName } from '../names.js';
import { locksOfQuery } from '../query-locks.js';
import type { Scene } from '../scene.js';
import { styleProblems } from '../style.js';
import { constraintsOf, referenced } from './add-column.js';

export function createTableAct(statement: CreateStmt, line: number, scene: Scene): Act {
  const table = relationName(statement.relation);
  // With IF NOT EXISTS it may be one that has stood for years.
  if (statement.if_not_exists !== true || !scene.mayStand(table)) scene.fresh.add(table);
  const elements = statement.tableElts ?? [];
  const columns = elements.flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef] : []));
  const constraints = [
    ...columns.flatMap(constraintsOf),
    ...elements.flatMap((node) => ('Constraint' in node ? [node.Constraint] : [])),
  ];
  const parents = (statement.inhRelations ?? []).flatMap((node) =>
    'RangeVar' in node ? [relationName(node.RangeVar)] : [],
  );
  const likes = elements.flatMap((node) =>
    'TableLikeClause' in node ? [relationName(node.TableLikeClause.relation)] : [],
  );
  const partition = statement.partbound !== undefined;
  const locks: Lock[] = [
    ...referenced(constraints),
    ...parents.map(
      (relation) => ({ relation, mode: partition ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE' }) as const,
    ),
    ...likes.map((relation) => ({ relation, mode: 'ACCESS SHARE' }) as const),
  ];
  const blocking: Problem = {
    code: 'partition-locks-parent',
    severity: 'warn',
    because: `it waits for every query on ${parents.join(', ')}, and every new query waits behind it`,
    safer: 'CREATE TABLE … (LIKE …), then ALTER TABLE … ATTACH PARTITION',
  };
  return act(`CREATE TABLE ${table}`, line, {
    locks: locks.filter(({ relation }) => relation !== table),
    phase: 'expand',
    live: works('it does not know the table'),
    reverse: undoneBy(`DROP TABLE ${table}`, statement.if_not_exists),
    repeatable: statement.if_not_exists === true,
    problems: [
      ...(partition && parents.some((name) => !scene.fresh.has(name)) ? [blocking] : []),
      ...columns.flatMap(styleProblems),
    ],
  });
}

/** CREATE TABLE AS, materialized views and views. */
export function queryTableAct(node: Node, line: number, scene: Scene): Act | undefined {
  if ('CreateTableAsStmt' in node) {
    const { into, query, objtype, if_not_exists: ifMissing } = node.CreateTableAsStmt;
    const table = relationName(into?.rel);
    if (ifMissing !== true || !scene.mayStand(table)) scene.fresh.add(table);
    const kind = objtype === 'OBJECT_MATVIEW' ? 'MATERIALIZED VIEW' : 'TABLE';
    return act(`CREATE ${kind} ${table}`, line, {
      locks: locksOfQuery(query),
      scans: 'its query runs',
      phase: 'expand',
      live: works('it does not know it'),
      reverse: undoneBy(`DROP ${kind} ${table}`, ifMissing),
      repeatable: ifMissing === true,
    });
  }
  if (!('ViewStmt' in node)) return undefined;
  const { view, query, replace } = node.ViewStmt;
  const name = relationName(view);
  const replaced = replace === true && !scene.fresh.has(name);
  return act(`CREATE VIEW ${name}`, line, {
    locks: locksOfQuery(query),
    ...(replaced ? { alsoLocks: `${name} (ACCESS EXCLUSIVE), where it exists` } : {}),
    phase: 'expand',
    live: replaced ? mayBreak('the view may answer otherwise than before') : works('it does not know the view'),
    repeatable: replace === true,
    reverse: replaced ? { none: 'the definition before must be read before' } : { sql: `DROP VIEW ${name}` },
  });
}
