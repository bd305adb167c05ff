import type { Node } from 'libpg-query';
import { wordsOf } from './names.js';

/** Known to give one value for a whole statement. Everything else that is called may give another for each row. */
const steady = new Set([
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_setting',
  'current_database',
  'current_schema',
  'timezone',
  'date_trunc',
  'to_char',
  'to_date',
  'to_timestamp',
  'make_date',
  'make_interval',
  'lower',
  'upper',
  'concat',
  'length',
  'md5',
  'jsonb_build_object',
  'jsonb_build_array',
  'json_build_object',
  'json_build_array',
  'to_json',
  'to_jsonb',
  'array_length',
  'coalesce',
  'nullif',
  'abs',
  'round',
  'floor',
  'ceil',
  'decode',
  'encode',
  'format',
  'trim',
  'btrim',
  'replace',
  'left',
  'right',
  'substring',
]);

/** The first thing in an expression that may give another value for each row, undefined when there is none: such a default fills no table. */
export function volatileIn(expression: unknown): string | undefined {
  if (expression === null || typeof expression !== 'object') return undefined;
  if ('FuncCall' in expression) {
    const call = (expression as Extract<Node, { FuncCall: unknown }>).FuncCall;
    const name = (call.funcname ?? []).flatMap(wordsOf).at(-1) ?? '';
    if (!steady.has(name)) return `${name}()`;
  }
  for (const inner of Object.values(expression)) {
    const found = volatileIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
