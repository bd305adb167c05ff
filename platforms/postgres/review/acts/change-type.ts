import type { AlterTableCmd, Node, TypeName } from 'libpg-query';
import { act, mayBreak, type Act } from '../act.js';
import { quoteName, typeWord } from '../names.js';
import type { Scene } from '../scene.js';
import { styleProblems } from '../style.js';

/** A change of a column's type. Which changes cost nothing hangs on the type before, which only a database tells. */
export function changeTypeAct(table: string, { name = '', def }: AlterTableCmd, line: number, scene: Scene): Act {
  const column = `${table}.${quoteName(name)}`;
  const before = scene.factOf(table)?.columns.get(name);
  const to = def !== undefined && 'ColumnDef' in def ? def.ColumnDef : undefined;
  const alike = before !== undefined && to?.raw_default === undefined && isWider(before, to?.typeName);
  const notes = to === undefined ? [] : styleProblems({ ...to, colname: name });
  const common = {
    locks: [{ relation: table, mode: 'ACCESS EXCLUSIVE' as const }],
    reverse:
      before === undefined
        ? { none: 'what the other type could not hold is gone' }
        : { none: `ALTER … TYPE ${before} again, once no value needs the other type` },
  };
  if (alike) {
    return act(`TYPE of ${column}`, line, {
      ...common,
      phase: 'expand',
      live: mayBreak('it may read values that are longer than any before'),
      problems: notes,
    });
  }
  return act(`TYPE of ${column}`, line, {
    ...common,
    rewrites: 'every row is written in the other type, unless both are stored alike',
    phase: 'contract',
    live: mayBreak('it reads and writes another type than it was made for'),
    problems: [
      {
        code: 'changes-type',
        severity: 'stop',
        because: `${table} and its indexes are written anew while nobody can read them${before === undefined ? ', unless both types are stored alike' : ''}`,
        safer:
          'add a second column, write both, fill it in batches, read from it, and drop the first one in a later release',
        scales: true,
      },
      ...notes,
    ],
  });
}

/**
 * Whether every value of the type before is one of the other as it is stored: PostgreSQL then writes no row anew
 * (varchar_support and numeric_support; PostgreSQL 15, ALTER TABLE, Notes).
 */
function isWider(before: string, to: TypeName | undefined): boolean {
  if ((to?.arrayBounds?.length ?? 0) > 0) return false;
  const time = /^(time|timestamp)(?:\((\d)\))? with(out)? time zone$/.exec(before);
  if (time !== null) return isFinerTime(time, to);
  const [, base = '', first, second] = /^([a-z ]+?)(?:\((\d+)(?:,(\d+))?\))?$/.exec(before) ?? [];
  const limits = (to?.typmods ?? []).map(numberOf);
  const word = typeWord(to);
  if (base === 'character varying') {
    if (word === 'text' || (word === 'varchar' && limits.length === 0)) return true;
    return word === 'varchar' && first !== undefined && (limits[0] ?? 0) >= Number(first);
  }
  if (base === 'text') return word === 'varchar' && limits.length === 0;
  if (base === 'numeric' && word === 'numeric') {
    if (limits.length === 0) return true;
    return first !== undefined && (limits[0] ?? 0) >= Number(first) && (limits[1] ?? 0) === Number(second ?? 0);
  }
  return base === 'cidr' && word === 'inet';
}

/** The same kind of time with as many digits of a second or more; 6 are the most. Another zone hangs on a setting. */
function isFinerTime([, base, digits = '6', without]: RegExpExecArray, to: TypeName | undefined): boolean {
  const same = `${base === 'time' ? 'time' : 'timestamp'}${without === undefined ? 'tz' : ''}`;
  const [limit = 6] = (to?.typmods ?? []).map(numberOf);
  return typeWord(to) === same && limit >= Number(digits);
}

function numberOf(node: Node): number {
  return 'A_Const' in node ? (node.A_Const.ival?.ival ?? 0) : Number.NaN;
}
