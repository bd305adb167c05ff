import type { DropStmt, ObjectType } from 'libpg-query';
import { act, breaks, mayBreak, works, type Act, type Problem } from '../act.js';
import { listName } from '../names.js';
import type { Scene } from '../scene.js';
import { objectWord } from './object-words.js';

const relations = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);
const withRows = new Set<ObjectType>(['OBJECT_TABLE', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE', 'OBJECT_SCHEMA']);
const ofTables = new Set<ObjectType>(['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY']);

/** Indexes have an act of their own. */
export function dropAct(statement: DropStmt, line: number, scene: Scene): Act {
  const kind = statement.removeType ?? 'OBJECT_TABLE';
  const word = objectWord(kind);
  const names = (statement.objects ?? []).map((object) => listName(object));
  const fresh = names.every((name) => scene.fresh.has(name));
  for (const name of names) scene.fresh.delete(name);
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
    repeatable: statement.missing_ok === true,
    phase: fresh ? 'neutral' : 'contract',
    live: fresh
      ? works('it never knew it')
      : kind === 'OBJECT_POLICY' || kind === 'OBJECT_TRIGGER' || kind === 'OBJECT_RULE'
        ? mayBreak('its rows are treated otherwise than before')
        : breaks('it may still use it'),
    reverse: {
      none: withRows.has(kind)
        ? 'only a backup has what was in it'
        : 'make it again from its definition, read before it is dropped',
    },
    problems: statement.behavior === 'DROP_CASCADE' ? [cascade] : [],
  });
}
