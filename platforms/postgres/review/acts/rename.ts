import type { Node, ObjectType, RenameStmt } from 'libpg-query';
import { act, breaks, works, type Act } from '../act.js';
import { listName, quoteName, relationName, wordsOf } from '../names.js';
import { objectWord } from './object-words.js';

/** Kinds that only ON CONFLICT ON CONSTRAINT and error messages name. */
const unseen = new Set<ObjectType>(['OBJECT_INDEX', 'OBJECT_TABCONSTRAINT', 'OBJECT_TRIGGER', 'OBJECT_POLICY']);
/** What lies within something else is renamed by altering that. */
const within: Partial<Record<ObjectType, string>> = {
  OBJECT_COLUMN: 'TABLE',
  OBJECT_TABCONSTRAINT: 'TABLE',
  OBJECT_ATTRIBUTE: 'TYPE',
  OBJECT_DOMCONSTRAINT: 'DOMAIN',
};
const relations = new Set<ObjectType>(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE']);

export function renameAct(statement: RenameStmt, line: number): Act {
  const { renameType: kind = 'OBJECT_TABLE', relation, subname, newname = '' } = statement;
  const table = relationName(relation);
  const owner = table || listName(statement.object);
  const index = kind === 'OBJECT_INDEX';
  const what = [owner, ...(subname === undefined ? [] : [quoteName(subname)])].filter((part) => part !== '').join('.');
  return act(`RENAME ${objectWord(kind)} ${what} TO ${quoteName(newname)}`, line, {
    locks:
      relation === undefined || kind === 'OBJECT_ATTRIBUTE'
        ? []
        : [{ relation: table, mode: index ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE' }],
    phase: unseen.has(kind) ? 'neutral' : 'contract',
    live: unseen.has(kind)
      ? works('only ON CONFLICT ON CONSTRAINT and error messages name it')
      : breaks('it uses the name before'),
    reverse: renamedBack(kind, statement),
    repeatable: false,
    problems: unseen.has(kind)
      ? []
      : [
          {
            code: 'renames',
            severity: 'stop',
            because: 'both slots run for a while, and each knows one of the names',
            safer: saferThan(kind),
          },
        ],
  });
}

function saferThan(kind: ObjectType): string {
  if (kind === 'OBJECT_COLUMN') return 'add a second column, write both, and drop the first in a later release';
  if (relations.has(kind)) return 'make a view with the other name, and rename in a later release';
  if (kind === 'OBJECT_TYPE')
    return 'leave its name; an enum that is to lose a value keeps it, and nobody writes it any more';
  return 'make a second one with the other name, and drop the first in a later release';
}

function renamedBack(kind: ObjectType, { relation, object, subname = '', newname = '' }: RenameStmt): Act['reverse'] {
  const word = objectWord(kind);
  const before = quoteName(subname);
  const table = relationName(relation);
  const owner = within[kind];
  if (owner !== undefined)
    return {
      sql: `ALTER ${owner} ${table || listName(object)} RENAME ${word} ${quoteName(newname)} TO ${before}`,
    };
  if (subname !== '' && relation !== undefined)
    return { sql: `ALTER ${word} ${quoteName(newname)} ON ${table} RENAME TO ${before}` };
  if (subname !== '') return { sql: `ALTER ${word} ${quoteName(newname)} RENAME TO ${before}` };
  if (relation !== undefined) {
    const renamed = relationName({ ...relation, relname: newname });
    return { sql: `ALTER ${word} ${renamed} RENAME TO ${quoteName(relation.relname ?? '')}` };
  }
  return namedBack(word, object, newname);
}

/** Types, functions and others, which the parser gives as a list of words. */
function namedBack(word: string, object: Node | undefined, newname: string): Act['reverse'] {
  const words = wordsOf(object);
  const last = words.at(-1);
  if (last === undefined) return { none: 'rename it back' };
  const renamed = [...words.slice(0, -1), newname].map(quoteName).join('.');
  return { sql: `ALTER ${word} ${renamed} RENAME TO ${quoteName(last)}` };
}
