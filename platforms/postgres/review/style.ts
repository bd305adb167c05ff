import type { ColumnDef } from 'libpg-query';
import type { Problem } from './act.js';
import { quoteName, typeWord } from './names.js';

/** Types that cost somebody a migration later. None of them stops a deploy. */
export function styleProblems(column: ColumnDef): Problem[] {
  const name = quoteName(column.colname ?? '');
  const note = (code: string, because: string, safer: string): Problem => ({
    code,
    severity: 'note',
    because: `${name}: ${because}`,
    safer,
  });
  switch (typeWord(column.typeName)) {
    case 'int4':
    case 'int2':
      return isKey(column)
        ? [note('small-key', 'a key of this type runs out', 'bigint')]
        : [
            note(
              'small-integer',
              'to widen it later writes the whole table anew',
              'bigint, unless its values are bounded',
            ),
          ];
    case 'serial':
    case 'serial4':
    case 'smallserial':
    case 'serial2':
      return [note('small-key', 'a key of this type runs out', 'bigint GENERATED ALWAYS AS IDENTITY')];
    case 'bigserial':
    case 'serial8':
      return [
        note(
          'serial',
          'the sequence of a serial has rights and an owner of its own',
          'bigint GENERATED ALWAYS AS IDENTITY',
        ),
      ];
    case 'bpchar':
      return column.typeName?.typmods === undefined
        ? []
        : [note('padded-text', 'char(n) is filled with blanks and is no faster', 'text')];
    case 'varchar':
      return column.typeName?.typmods === undefined
        ? []
        : [
            note(
              'limited-text',
              'a smaller limit later needs the table locked and every row checked',
              'text, with a CHECK where the length matters',
            ),
          ];
    case 'timestamp':
      return [note('time-without-zone', 'it says another moment in every time zone', 'timestamptz')];
    case 'json':
      return [note('json-text', 'json can not be compared: DISTINCT and UNION of the live queries fail', 'jsonb')];
    case 'money':
      return [note('money', 'its meaning hangs on a setting of the server', 'numeric, or bigint of the smallest unit')];
    default:
      return [];
  }
}

function isKey(column: ColumnDef): boolean {
  return (column.constraints ?? []).some(
    (node) => 'Constraint' in node && ['CONSTR_PRIMARY', 'CONSTR_IDENTITY'].includes(node.Constraint.contype ?? ''),
  );
}
