import type { RenameStmt } from 'libpg-query';
import { act, breaks, works, type Act } from '../act.js';
import { listName, quoteName, relationName } from '../names.js';
import { objectWord } from './object-words.js';

export function renameAct(statement: RenameStmt, line: number): Act {
  const { renameType: kind = 'OBJECT_TABLE', relation, subname, newname = '' } = statement;
  const table = relationName(relation);
  const word = objectWord(kind);
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
    repeatable: false,
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
