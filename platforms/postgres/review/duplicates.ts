import type { Problem } from './act.js';
import { wordsOf } from './names.js';
import type { Node } from 'libpg-query';

/** Columns that a statement names twice: PostgreSQL's grammar takes it, and the server refuses it. */
export function duplicates(node: unknown): Problem[] {
  if (node === null || typeof node !== 'object') return [];
  const own = Object.entries(node).flatMap(([key, inner]) => {
    const again = twice(columnsOf(key, inner));
    return again === undefined ? [] : [problem(again)];
  });
  return [...own, ...Object.values(node).flatMap(duplicates)];
}

/** The names that must differ in a statement of this kind. */
function columnsOf(kind: string, value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const list = (key: string): Node[] => {
    const found: unknown = Reflect.get(value, key);
    return Array.isArray(found) ? (found as Node[]) : [];
  };
  switch (kind) {
    case 'UpdateStmt':
    case 'onConflictClause':
    case 'MergeWhenClause':
      return list('targetList').map(targetOf);
    case 'InsertStmt':
      return list('cols').map(targetOf);
    case 'CreateStmt':
      return list('tableElts').map((node) => ('ColumnDef' in node ? (node.ColumnDef.colname ?? '') : ''));
    case 'ViewStmt':
      return list('aliases').flatMap(wordsOf);
    default:
      return [];
  }
}

/** Parts of a value, such as one element of an array, may be given beside each other. */
function targetOf(node: Node): string {
  return 'ResTarget' in node && node.ResTarget.indirection === undefined ? (node.ResTarget.name ?? '') : '';
}

function twice(names: readonly string[]): string | undefined {
  return names.find((name, index) => name !== '' && names.indexOf(name) < index);
}

function problem(name: string): Problem {
  return {
    code: 'assigns-twice',
    severity: 'stop',
    because: `${name} stands there twice, which PostgreSQL refuses`,
    safer: 'name it once',
  };
}
