import type { CreateStmt, DropStmt, Node, ObjectType, RenameStmt } from 'libpg-query';
import { act, breaks, mayBreak, works, type Act, type Problem } from '../act.js';
import type { Lock } from '../lock-mode.js';
import { listName, quoteName, relationName } from '../names.js';
import { locksOfQuery } from '../query-locks.js';
import type { Scene } from '../scene.js';
import { styleProblems } from '../style.js';
import { constraintsOf, referenced } from './columns.js';

export function createTableAct(statement: CreateStmt, line: number, scene: Scene): Act {
  const table = relationName(statement.relation);
  scene.fresh.add(table);
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
    reverse: { sql: `DROP TABLE ${table}` },
    problems: [
      ...(partition && parents.some((name) => !scene.fresh.has(name)) ? [blocking] : []),
      ...columns.flatMap(styleProblems),
    ],
  });
}

/** CREATE TABLE AS, materialized views and views. */
export function queryTableAct(node: Node, line: number, scene: Scene): Act | undefined {
  if ('CreateTableAsStmt' in node) {
    const { into, query, objtype } = node.CreateTableAsStmt;
    const table = relationName(into?.rel);
    scene.fresh.add(table);
    const kind = objtype === 'OBJECT_MATVIEW' ? 'MATERIALIZED VIEW' : 'TABLE';
    return act(`CREATE ${kind} ${table}`, line, {
      locks: locksOfQuery(query),
      phase: 'expand',
      live: works('it does not know it'),
      reverse: { sql: `DROP ${kind} ${table}` },
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
    reverse: replaced ? { none: 'the definition before must be read before' } : { sql: `DROP VIEW ${name}` },
  });
}

const words: Partial<Record<ObjectType, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_VIEW: 'VIEW',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_TYPE: 'TYPE',
  OBJECT_DOMAIN: 'DOMAIN',
  OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_PROCEDURE: 'PROCEDURE',
  OBJECT_SCHEMA: 'SCHEMA',
  OBJECT_EXTENSION: 'EXTENSION',
  OBJECT_TRIGGER: 'TRIGGER',
  OBJECT_RULE: 'RULE',
  OBJECT_POLICY: 'POLICY',
  OBJECT_COLUMN: 'COLUMN',
  OBJECT_TABCONSTRAINT: 'CONSTRAINT',
  OBJECT_INDEX: 'INDEX',
};
const relations = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);
const ofTables = new Set<ObjectType>(['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY']);

/** Indexes have an act of their own. */
export function dropAct(statement: DropStmt, line: number, scene: Scene): Act {
  const kind = statement.removeType ?? 'OBJECT_TABLE';
  const word = words[kind] ?? kind.replace('OBJECT_', '');
  const names = (statement.objects ?? []).map((object) => listName(object));
  const fresh = names.every((name) => scene.fresh.has(name));
  const cascade: Problem = {
    code: 'cascades',
    severity: 'stop',
    because: 'CASCADE drops whatever hangs on it, also what is made tomorrow',
    safer: 'name each thing that goes',
  };
  const owners = (statement.objects ?? []).map((object) => listName(object, 1));
  const locked = relations.has(kind) ? names : ofTables.has(kind) ? owners : [];
  return act(`DROP ${word} ${names.join(', ')}`, line, {
    locks: locked.map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' })),
    ...(kind === 'OBJECT_TABLE' ? { alsoLocks: 'each table that its foreign keys refer to (ACCESS EXCLUSIVE)' } : {}),
    phase: fresh ? 'neutral' : 'contract',
    live: fresh
      ? works('it never knew it')
      : kind === 'OBJECT_POLICY' || kind === 'OBJECT_TRIGGER' || kind === 'OBJECT_RULE'
        ? mayBreak('its rows are treated otherwise than before')
        : breaks('it may still use it'),
    reverse: {
      none: relations.has(kind)
        ? 'only a backup has what was in it'
        : 'make it again from its definition, read before it is dropped',
    },
    problems: statement.behavior === 'DROP_CASCADE' ? [cascade] : [],
  });
}

export function renameAct(statement: RenameStmt, line: number): Act {
  const { renameType: kind = 'OBJECT_TABLE', relation, subname, newname = '' } = statement;
  const table = relationName(relation);
  const word = words[kind] ?? kind.replace('OBJECT_', '');
  const index = kind === 'OBJECT_INDEX';
  const unseen = index || kind === 'OBJECT_TABCONSTRAINT' || kind === 'OBJECT_TRIGGER' || kind === 'OBJECT_POLICY';
  const what = subname === undefined ? table || listName(statement.object) : `${table}.${quoteName(subname)}`;
  const column = kind === 'OBJECT_COLUMN';
  return act(`RENAME ${word} ${what} TO ${quoteName(newname)}`, line, {
    locks:
      relation === undefined ? [] : [{ relation: table, mode: index ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE' }],
    phase: unseen ? 'neutral' : 'contract',
    live: unseen
      ? works('only ON CONFLICT ON CONSTRAINT and error messages name it')
      : breaks('it uses the name before'),
    reverse: renamedBack(statement, word),
    problems: unseen
      ? []
      : [
          {
            code: 'renames',
            severity: 'stop',
            because: 'both slots run for a while, and each knows one of the names',
            safer: column
              ? 'add a second column, write both, and drop the first in a later release'
              : 'make a view with the other name, and rename in a later release',
          },
        ],
  });
}

function renamedBack(
  { renameType: kind, relation, object, subname, newname = '' }: RenameStmt,
  word: string,
): Act['reverse'] {
  const table = relationName(relation);
  if (kind === 'OBJECT_COLUMN' || kind === 'OBJECT_TABCONSTRAINT') {
    return { sql: `ALTER TABLE ${table} RENAME ${word} ${quoteName(newname)} TO ${quoteName(subname ?? '')}` };
  }
  if (subname !== undefined && relation !== undefined)
    return { sql: `ALTER ${word} ${quoteName(newname)} ON ${table} RENAME TO ${quoteName(subname)}` };
  if (relation === undefined || object !== undefined) return { none: 'rename it back' };
  const renamed = relationName({ ...relation, relname: newname });
  return { sql: `ALTER ${word} ${renamed} RENAME TO ${quoteName(relation.relname ?? '')}` };
}
