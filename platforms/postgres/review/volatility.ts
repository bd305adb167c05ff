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

/** Every function that is called, but those that give one value for a whole statement. */
export function callsIn(expression: unknown): string[] {
  if (expression === null || typeof expression !== 'object') return [];
  const inner = Object.values(expression).flatMap(callsIn);
  if (!('FuncCall' in expression)) return inner;
  const name = calledIn(expression as Extract<Node, { FuncCall: unknown }>);
  return steady.has(name) ? inner : [name, ...inner];
}

/** The first thing in an expression that may give another value for each row, undefined when there is none: such a default fills no table. */
export function volatileIn(expression: unknown): string | undefined {
  if (expression === null || typeof expression !== 'object') return undefined;
  if ('FuncCall' in expression) {
    const name = calledIn(expression as Extract<Node, { FuncCall: unknown }>);
    if (!steady.has(name)) return `${name}()`;
  }
  for (const inner of Object.values(expression)) {
    const found = volatileIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function calledIn({ FuncCall: call }: Extract<Node, { FuncCall: unknown }>): string {
  return (call.funcname ?? []).flatMap(wordsOf).at(-1) ?? '';
}
