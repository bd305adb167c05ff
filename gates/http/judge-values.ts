import { describeBound, type Bound } from '../../contract/bound.js';
import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../answer.js';
import { keepsBound } from '../keeps-bound.js';
import type { Fetched } from './fetch-guarded.js';
import { jsonAt } from './json-at.js';

/**
 * Numbers that an answer tells, such as what is left of a quota: by name of a header, or by JSON Pointer into the body,
 * which begins with a slash as no header does. What is not told, or is no number, is unknown.
 */
export function judgeValues(
  values: Readonly<Record<string, Bound>>,
  { headers, body, cut }: Pick<Fetched, 'headers' | 'body' | 'cut'>,
): Verdict[] {
  const json = cut ? undefined : parsed(body);
  return Object.entries(values).map(([name, bound]) => {
    const told = name.startsWith('/') ? jsonAt(json, name) : headers[name.toLowerCase()];
    const value = numberIn(told);
    if (value === undefined) return unknown(`${name} tells no number`);
    const evidence = { [name]: value };
    if (keepsBound(bound, value)) return yes(`${name} is ${value}`, evidence);
    return no(`${name} is ${value}, expected ${describeBound(bound)}`, evidence);
  });
}

function numberIn(told: unknown): number | undefined {
  if (typeof told === 'number') return told;
  return typeof told === 'string' && /^\s*-?\d+(?:\.\d+)?\s*$/.test(told) ? Number(told) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
