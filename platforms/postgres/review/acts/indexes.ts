import type { DropStmt, IndexStmt, Node, ReindexStmt } from 'libpg-query';
import { act, mayBreak, undoneBy, works, type Act, type Problem } from '../act.js';
import { listName, quoteName, relationName } from '../names.js';
import { isOptionOn } from '../option-on.js';
import type { Scene } from '../scene.js';

export function createIndexAct(statement: IndexStmt, line: number, scene: Scene): Act {
  const { outside } = scene;
  const table = relationName(statement.relation);
  const concurrent = statement.concurrent === true;
  const name = statement.idxname === undefined ? undefined : quoteName(statement.idxname);
  const columns = statement.indexParams?.length ?? 0;
  const blocking: Problem = {
    code: 'index-blocks-writes',
    severity: 'stop',
    because: `nobody can write to ${table} until the index is built`,
    safer: `CREATE INDEX CONCURRENTLY, ${outside}`,
    scales: true,
  };
  const wide: Problem = {
    code: 'wide-index',
    severity: 'note',
    because: `an index on ${columns} columns costs every write and seldom serves more than its first three`,
    safer: 'index the columns that are searched by',
  };
  const problems = [...(concurrent ? [] : [blocking]), ...(columns > 3 && statement.unique !== true ? [wide] : [])];
  return act(`CREATE INDEX ${name ?? `on ${table}`}`, line, {
    locks: [{ relation: table, mode: concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE' }],
    scans: 'the index is built from every row',
    effort: 'index',
    phase: 'expand',
    live:
      statement.unique === true && !scene.fresh.has(table)
        ? mayBreak('a second row with the same values is refused from now on')
        : works('an index changes no answer'),
    reverse:
      name === undefined
        ? { none: 'PostgreSQL chooses its name' }
        : undoneBy(`DROP INDEX CONCURRENTLY ${inSchema(statement, name)}`, statement.if_not_exists),
    alone: concurrent,
    repeatable: statement.if_not_exists === true,
    ...(statement.idxname === undefined ? {} : { makes: statement.idxname }),
    problems: scene.fresh.has(table) ? problems.filter(({ severity }) => severity === 'note') : problems,
  });
}

/** An index lies in the schema of its table. */
function inSchema({ relation }: IndexStmt, name: string): string {
  return relation?.schemaname === undefined ? name : `${quoteName(relation.schemaname)}.${name}`;
}

export function dropIndexAct(statement: DropStmt, line: number, { outside }: Scene): Act {
  const concurrent = statement.concurrent === true;
  const names = (statement.objects ?? []).map((object) => listName(object));
  const mode = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  const blocking: Problem = {
    code: 'drop-index-locks',
    severity: 'warn',
    because: 'it waits for every query on the table, and every new query waits behind it',
    safer: `DROP INDEX CONCURRENTLY, ${outside}`,
  };
  return act(`DROP INDEX ${names.join(', ')}`, line, {
    locks: names.flatMap(
      (name) =>
        [
          { relation: name, mode },
          { relation: `table of ${name}`, mode },
        ] as const,
    ),
    live: mayBreak('queries that use it become slow, and ON CONFLICT may need it'),
    reverse: { none: 'make it again from its definition, read before it is dropped' },
    alone: concurrent,
    repeatable: statement.missing_ok === true,
    ...(names.length === 1 && names[0] !== undefined ? { removes: names[0].slice(names[0].lastIndexOf('.') + 1) } : {}),
    problems: concurrent ? [] : [blocking],
  });
}

export function reindexAct(statement: ReindexStmt, line: number, { outside }: Scene): Act {
  const concurrent = isOptionOn(statement.params, 'concurrently');
  const name = statement.relation === undefined ? quoteName(statement.name ?? '') : relationName(statement.relation);
  const blocking: Problem = {
    code: 'reindex-locks',
    severity: 'stop',
    because: 'nobody can write to the table, or read by the index, until it is built anew',
    safer: `REINDEX (CONCURRENTLY), ${outside}`,
    scales: true,
  };
  const ofIndex = statement.kind === 'REINDEX_OBJECT_INDEX';
  const ofTable = statement.kind === 'REINDEX_OBJECT_TABLE';
  const weak = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  return act(`REINDEX ${name}`, line, {
    locks: ofIndex
      ? [
          { relation: `table of ${name}`, mode: weak },
          { relation: name, mode: concurrent ? weak : 'ACCESS EXCLUSIVE' },
        ]
      : ofTable
        ? [{ relation: name, mode: weak }]
        : [],
    ...(ofIndex || ofTable ? {} : { alsoLocks: `each table of ${name} in turn` }),
    scans: 'the index is built from every row',
    effort: 'index',
    live: works('an index changes no answer'),
    alone: concurrent || !(ofIndex || ofTable),
    problems: concurrent ? [] : [blocking],
  });
}

/** Whether the statement makes, drops or rebuilds indexes. */
export function indexAct(node: Node, line: number, scene: Scene): Act | undefined {
  if ('IndexStmt' in node) return createIndexAct(node.IndexStmt, line, scene);
  if ('ReindexStmt' in node) return reindexAct(node.ReindexStmt, line, scene);
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX')
    return dropIndexAct(node.DropStmt, line, scene);
  return undefined;
}
