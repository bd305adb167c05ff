import type { Node, RangeVar } from 'libpg-query';
import { strongestMode, type Lock, type LockMode } from './lock-mode.js';
import { relationName } from './names.js';

type Tree = Readonly<Record<string, unknown>>;

/** Every table that a query touches, wherever in it: what it changes, what it locks with FOR UPDATE, and what it only reads. */
export function locksOfQuery(node: Node | undefined): Lock[] {
  const modes = new Map<string, LockMode>();
  const temporary = new Set<string>();
  visit(node, (key, inner) => {
    if (key === 'CommonTableExpr' && typeof inner['ctename'] === 'string') temporary.add(inner['ctename']);
  });
  touched(node, 'ACCESS SHARE', (relation, mode) => {
    const name = relationName(relation);
    if (relation.schemaname === undefined && temporary.has(relation.relname ?? '')) return;
    const stands = modes.get(name);
    modes.set(name, strongestMode(stands === undefined ? [mode] : [stands, mode]) ?? mode);
  });
  return [...modes].map(([relation, mode]) => ({ relation, mode }));
}

const changing = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

function touched(value: unknown, mode: LockMode, found: (relation: RangeVar, mode: LockMode) => void): void {
  for (const [key, inner] of entriesOf(value)) {
    if (key === 'intoClause') continue;
    if (key === 'RangeVar') found(inner, mode);
    if (changing.has(key)) found(inner['relation'] ?? {}, 'ROW EXCLUSIVE');
    if (key === 'CopyStmt' && isTree(inner['relation']))
      found(inner['relation'], inner['is_from'] === true ? 'ROW EXCLUSIVE' : 'ACCESS SHARE');
    if (key !== 'SelectStmt' || inner['lockingClause'] === undefined) touched(inner, mode, found);
    else touchedForUpdate(inner, mode, found);
  }
}

/** FOR UPDATE locks rows of the tables in FROM, or of those that it names; not those of a condition. */
function touchedForUpdate(select: Tree, mode: LockMode, found: (relation: RangeVar, mode: LockMode) => void): void {
  const named = new Set<unknown>();
  visit(select['lockingClause'], (key, inner) => {
    if (key === 'RangeVar') named.add(inner['relname']);
  });
  const { fromClause, lockingClause: _, ...rest } = select;
  touched(fromClause, mode, (relation, inner) => {
    const chosen = named.size === 0 || named.has(relation.alias?.aliasname ?? relation.relname);
    found(relation, chosen ? 'ROW SHARE' : inner);
  });
  touched(rest, mode, found);
}

function visit(value: unknown, see: (key: string, inner: Tree) => void): void {
  for (const [key, inner] of entriesOf(value)) {
    see(key, inner);
    visit(inner, see);
  }
}

/** The trees below a value, each with the key under which it stands; those in a list have none. */
function entriesOf(value: unknown): (readonly [string, Tree])[] {
  if (Array.isArray(value)) return value.filter(isTree).map((item) => ['', item] as const);
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (Array.isArray(inner)) return inner.filter(isTree).map((item) => ['', item] as const);
    return isTree(inner) ? [[key, inner] as const] : [];
  });
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
