import type { Problem } from './act.js';

const limit = 63;
const naming = new Set([
  'relname',
  'idxname',
  'conname',
  'colname',
  'trigname',
  'newname',
  'policy_name',
  'rulename',
  'extname',
  'schemaname',
]);

/** Names that PostgreSQL cuts, so that two of them may become one. */
export function longNames(node: unknown): Problem[] {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, inner]) => {
    if (!naming.has(key) || typeof inner !== 'string' || Buffer.byteLength(inner) < limit) return longNames(inner);
    return [
      {
        code: 'name-too-long',
        severity: 'warn',
        because: `${inner} fills all of PostgreSQL's ${limit} bytes, or was cut to them`,
        safer: 'a shorter name',
      },
    ];
  });
}
