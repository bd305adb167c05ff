import type { ColumnDef, Constraint, Node } from 'libpg-query';
import { act, breaks, undoneBy, works, type Act, type Effort, type Problem } from '../act.js';
import type { Lock } from '../lock-mode.js';
import { quoteName, relationName, typeWord } from '../names.js';
import { volatileIn } from '../volatility.js';
import { styleProblems } from '../style.js';

const serials = new Set(['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8']);

export function addColumnAct(table: string, column: ColumnDef, line: number, ifMissing = false): Act {
  const name = quoteName(column.colname ?? '');
  const constraints = constraintsOf(column);
  const rewrites = whyRewritten(column, constraints);
  const scans = whyScanned(constraints);
  const required = isRequired(column, constraints);
  const full = `${table}.${name}`;
  return act(`ADD COLUMN ${full}`, line, {
    locks: [{ relation: table, mode: 'ACCESS EXCLUSIVE' }, ...referenced(constraints)],
    rewrites,
    scans,
    effort: effortOf(rewrites, scans, constraints),
    phase: 'expand',
    live: required
      ? breaks(`its INSERTs don't give ${full} a value`)
      : works('it does not name the column, and PostgreSQL fills it in'),
    reverse: undoneBy(`ALTER TABLE ${table} DROP COLUMN ${name}`, ifMissing),
    repeatable: ifMissing,
    problems: [
      ...(rewrites === undefined ? [] : [rewriting(table, full, rewrites)]),
      ...(required ? [requiredProblem(full)] : []),
      ...constraints.flatMap((constraint) => constraintProblems(table, constraint, hasDefault(constraints))),
      ...styleProblems(column),
    ],
  });
}

export function constraintsOf(column: ColumnDef): Constraint[] {
  return (column.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

/** Foreign keys lock the table that they refer to as well. */
export function referenced(constraints: readonly Constraint[]): Lock[] {
  return constraints.flatMap(({ contype, pktable }) =>
    contype === 'CONSTR_FOREIGN' ? [{ relation: relationName(pktable), mode: 'SHARE ROW EXCLUSIVE' as const }] : [],
  );
}

function whyRewritten(column: ColumnDef, constraints: readonly Constraint[]): string | undefined {
  if (serials.has(typeWord(column.typeName))) return 'every row gets a number of its own';
  for (const { contype, generated_kind: kind, raw_expr: expression } of constraints) {
    if (contype === 'CONSTR_IDENTITY') return 'every row gets a number of its own';
    if (contype === 'CONSTR_GENERATED' && kind !== 'v') return 'every row gets its generated value';
    const volatile = contype === 'CONSTR_DEFAULT' ? volatileIn(expression) : undefined;
    if (volatile !== undefined) return `every row gets a value of its own from ${volatile}`;
  }
  return undefined;
}

function whyScanned(constraints: readonly Constraint[]): string | undefined {
  if (isIndexed(constraints)) return 'its index is built from every row';
  if (constraints.some(({ contype }) => contype === 'CONSTR_CHECK')) return 'every row is checked';
  // PostgreSQL looks nothing up where every row gets NULL.
  const filled = hasDefault(constraints) && constraints.some(({ contype }) => contype === 'CONSTR_FOREIGN');
  return filled ? 'every row is looked up in the other table' : undefined;
}

function effortOf(rewrites: string | undefined, scans: string | undefined, constraints: readonly Constraint[]): Effort {
  if (rewrites !== undefined) return 'rewrite';
  if (isIndexed(constraints)) return 'index';
  return scans === undefined ? 'none' : 'scan';
}

function isIndexed(constraints: readonly Constraint[]): boolean {
  return constraints.some(({ contype }) => contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY');
}

function isRequired(column: ColumnDef, constraints: readonly Constraint[]): boolean {
  const kinds = new Set(constraints.map(({ contype }) => contype));
  const filled =
    kinds.has('CONSTR_IDENTITY') ||
    kinds.has('CONSTR_GENERATED') ||
    hasDefault(constraints) ||
    serials.has(typeWord(column.typeName));
  return (kinds.has('CONSTR_NOTNULL') || kinds.has('CONSTR_PRIMARY')) && !filled;
}

function hasDefault(constraints: readonly Constraint[]): boolean {
  return constraints.some(({ contype, raw_expr: expression }) => contype === 'CONSTR_DEFAULT' && !isNull(expression));
}

function isNull(expression: Node | undefined): boolean {
  return expression !== undefined && 'A_Const' in expression && expression.A_Const.isnull === true;
}

function rewriting(table: string, column: string, why: string): Problem {
  return {
    code: 'rewrites-table',
    severity: 'stop',
    because: `${table} is written anew while nobody can read it: ${why}`,
    safer: `add ${column} without it, set the default in a statement of its own, and fill the rows in batches`,
    scales: true,
  };
}

function requiredProblem(column: string): Problem {
  return {
    code: 'required-column',
    severity: 'stop',
    because: `it fails where the table has a row, and the live slot's INSERTs give ${column} no value`,
    safer: 'give it a constant DEFAULT, or add it nullable and require it in a later release',
  };
}

function constraintProblems(table: string, { contype }: Constraint, filled: boolean): Problem[] {
  if (contype === 'CONSTR_FOREIGN' && filled)
    return [
      {
        code: 'constraint-validates',
        severity: 'stop',
        because: `every row of ${table} is looked up in the other table while nobody can read it`,
        safer: 'add the column first, then ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT in another file',
        scales: true,
      },
    ];
  if (contype === 'CONSTR_CHECK')
    return [
      {
        code: 'constraint-validates',
        severity: 'stop',
        because: `every row of ${table} is checked while nobody can read it`,
        safer: 'add the column first, then ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT in another file',
        scales: true,
      },
    ];
  if (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY')
    return [
      {
        code: 'unique-builds-index',
        severity: 'stop',
        because: `an index on ${table} is built while nobody can read it`,
        safer: 'add the column first, CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX',
        scales: true,
      },
    ];
  return [];
}
