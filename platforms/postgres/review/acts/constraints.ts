import type { AlterTableCmd, Constraint, Node } from 'libpg-query';
import { act, mayBreak, works, type Act, type Problem } from '../act.js';
import { quoteName, wordsOf } from '../names.js';
import { constraintKey, type Scene } from '../scene.js';
import { referenced } from './add-column.js';

export function addConstraintAct(table: string, constraint: Constraint, line: number, scene: Scene): Act {
  const name = constraint.conname === undefined ? undefined : quoteName(constraint.conname);
  const reverse =
    name === undefined
      ? { none: 'PostgreSQL chooses its name' }
      : { sql: `ALTER TABLE ${table} DROP CONSTRAINT ${name}` };
  const what = `ADD CONSTRAINT ${name ?? `on ${table}`}`;
  const refuses = mayBreak('it refuses rows that the application may still write');
  const later = constraint.skip_validation === true;
  remember(table, constraint, scene);
  switch (constraint.contype) {
    case 'CONSTR_FOREIGN':
      return act(what, line, {
        locks: [{ relation: table, mode: 'SHARE ROW EXCLUSIVE' }, ...referenced([constraint])],
        scans: later ? undefined : 'every row is looked up in the other table',
        repeatable: false,
        phase: 'expand',
        live: refuses,
        reverse,
        problems: later ? [] : [validates('nobody can write to either table')],
      });
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return uniqueAct(table, constraint, { what, line, reverse, refuses });
    case 'CONSTR_EXCLUSION':
      return act(what, line, {
        locks: [{ relation: table, mode: 'ACCESS EXCLUSIVE' }],
        scans: 'its index is built from every row',
        effort: 'index',
        repeatable: false,
        phase: 'expand',
        live: refuses,
        reverse,
        problems: [
          {
            code: 'exclusion-builds-index',
            severity: 'stop',
            because: `its index is built while nobody can read ${table}, and PostgreSQL has no other way`,
            safer: 'make it with the table, or announce an outage',
            scales: true,
          },
        ],
      });
    default:
      return act(what, line, {
        locks: [{ relation: table, mode: 'ACCESS EXCLUSIVE' }],
        scans: later ? undefined : 'every row is checked',
        repeatable: false,
        phase: 'expand',
        live: refuses,
        reverse,
        problems: later ? [] : [validates('nobody can read the table')],
      });
  }
}

interface Unique {
  readonly what: string;
  readonly line: number;
  readonly reverse: Act['reverse'];
  readonly refuses: Act['live'];
}

function uniqueAct(table: string, constraint: Constraint, { what, line, reverse, refuses }: Unique): Act {
  const ready = constraint.indexname !== undefined;
  return act(what, line, {
    locks: [{ relation: table, mode: 'ACCESS EXCLUSIVE' }],
    scans: ready ? undefined : 'its index is built from every row',
    effort: ready ? 'none' : 'index',
    repeatable: false,
    phase: 'expand',
    live: ready ? works('the index refuses such rows already') : refuses,
    reverse: ready ? { none: 'dropping the constraint drops its index too: make that again first' } : reverse,
    problems: ready
      ? []
      : [
          {
            code: 'unique-builds-index',
            severity: 'stop',
            because: `its index is built while nobody can read ${table}`,
            safer: 'CREATE UNIQUE INDEX CONCURRENTLY in a file before, then ADD CONSTRAINT … USING INDEX',
            scales: true,
          },
        ],
  });
}

export function validateConstraintAct(table: string, name: string, line: number, scene: Scene): Act {
  const column = scene.factOf(table)?.uncheckedNotNull.get(name);
  const key = constraintKey(table, name);
  const check = scene.notNullChecks.get(key) ?? (column === undefined ? undefined : { column, valid: false });
  if (check !== undefined) scene.notNullChecks.set(key, { ...check, valid: true });
  const other = scene.references.get(key);
  return act(`VALIDATE CONSTRAINT ${quoteName(name)}`, line, {
    locks: [
      { relation: table, mode: 'SHARE UPDATE EXCLUSIVE' },
      ...(other === undefined ? [] : [{ relation: other, mode: 'ROW SHARE' as const }]),
    ],
    ...(other === undefined ? { alsoLocks: 'the table it refers to (ROW SHARE), where it is a foreign key' } : {}),
    scans: 'every row is checked, while all go on reading and writing',
    live: works('new rows were checked before'),
  });
}

export function dropConstraintAct(
  table: string,
  { name = '', behavior, missing_ok: ifExists }: AlterTableCmd,
  line: number,
): Act {
  const problem: Problem = {
    code: 'cascades',
    severity: 'warn',
    because: 'CASCADE drops every foreign key that hangs on it',
    safer: 'name each of them',
  };
  return act(`DROP CONSTRAINT ${quoteName(name)}`, line, {
    locks: [{ relation: table, mode: 'ACCESS EXCLUSIVE' }],
    alsoLocks: 'the table it refers to (ACCESS EXCLUSIVE), where it is a foreign key',
    phase: 'expand',
    live: mayBreak('ON CONFLICT may name it, and rows come in that it refused'),
    reverse: { none: 'add it again from its definition, read before it is dropped' },
    repeatable: ifExists === true,
    problems: behavior === 'DROP_CASCADE' ? [problem] : [],
  });
}

function validates(blocked: string): Problem {
  return {
    code: 'constraint-validates',
    severity: 'stop',
    because: `every row is checked while ${blocked}`,
    safer: 'ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in another file',
    scales: true,
  };
}

function remember(
  table: string,
  { conname, contype, raw_expr: expression, skip_validation: later, pktable }: Constraint,
  scene: Scene,
): void {
  if (conname === undefined) return;
  const key = constraintKey(table, conname);
  const column = contype === 'CONSTR_CHECK' ? notNullColumn(expression) : undefined;
  if (column !== undefined) scene.notNullChecks.set(key, { column, valid: later !== true });
  if (contype === 'CONSTR_FOREIGN' && pktable?.relname !== undefined) {
    const [lock] = referenced([{ contype, pktable }]);
    if (lock !== undefined) scene.references.set(key, lock.relation);
  }
}

/** The column of `column IS NOT NULL`. */
function notNullColumn(expression: Node | undefined): string | undefined {
  if (expression === undefined || !('NullTest' in expression)) return undefined;
  const { nulltesttype, arg } = expression.NullTest;
  if (nulltesttype !== 'IS_NOT_NULL' || arg === undefined || !('ColumnRef' in arg)) return undefined;
  return (arg.ColumnRef.fields ?? []).flatMap(wordsOf).at(-1);
}
