import type { Node, SelectStmt } from 'libpg-query';
import type { Problem } from './act.js';
import { wordsOf } from './names.js';

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
    case 'base':
      return list('tableElts').map((node) => ('ColumnDef' in node ? (node.ColumnDef.colname ?? '') : ''));
    case 'ViewStmt': {
      const aliases = list('aliases').flatMap(wordsOf);
      return aliases.length > 0 ? aliases : columnsOfQuery(Reflect.get(value, 'query'));
    }
    case 'CreateTableAsStmt':
      return columnsOfQuery(Reflect.get(value, 'query'));
    case 'SelectStmt':
      return Reflect.get(value, 'intoClause') === undefined ? [] : list('targetList').map(outputName);
    default:
      return [];
  }
}

function columnsOfQuery(query: unknown): string[] {
  if (query === null || typeof query !== 'object' || !('SelectStmt' in query)) return [];
  const { targetList } = query.SelectStmt as SelectStmt;
  return (targetList ?? []).map(outputName);
}

/** As PostgreSQL names a column that has no name of its own, where that is simple; else an empty text. */
function outputName(node: Node): string {
  if (!('ResTarget' in node)) return '';
  const { name, val } = node.ResTarget;
  if (name !== undefined) return name;
  if (val === undefined) return '';
  if ('A_Const' in val) return '?column?';
  const words = 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
  return words.flatMap(wordsOf).at(-1) ?? '';
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
