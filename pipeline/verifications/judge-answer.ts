import type { Expectation, Range } from '../../contract/verification.js';
import type { Verdict } from '../../contract/verdict.js';

/** Rows of an answer, each value as PostgreSQL writes it. */
export type Rows = readonly (readonly (string | null)[])[];

/** `before`: what the same question answered before the migrations; undefined: it was not asked. */
export function judgeAnswer(expected: Expectation, rows: Rows, before: string | null | undefined): Verdict {
  const value = firstOf(rows);
  if ('rows' in expected) {
    const { rows: count } = expected;
    return inRange(typeof count === 'number' ? { atLeast: count, atMost: count } : count, rows.length, 'rows');
  }
  if ('scalar' in expected) {
    const { scalar } = expected;
    if (scalar !== null && typeof scalar === 'object') return judgeNumber(scalar, value);
    return verdict(value === scalar, value, `expected ${describe(scalar)}, the database says ${describe(value)}`);
  }
  if ('set' in expected) return judgeSet(expected.set, rows);
  return judgePercent(expected.percentOfBefore, value, before);
}

export function firstOf(rows: Rows): string | null {
  return rows[0]?.[0] ?? null;
}

export function inRange({ atLeast, atMost }: Range, found: number, what: string): Verdict {
  const low = atLeast !== undefined && found < atLeast;
  const high = atMost !== undefined && found > atMost;
  const wanted = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(' and ');
  return verdict(!low && !high, String(found), `${found} ${what}, expected ${wanted}`);
}

function judgeNumber(range: Range, value: string | null): Verdict {
  const found = value === null ? NaN : Number(value);
  if (Number.isNaN(found))
    return { answer: 'no', because: `expected a number, the database says ${describe(value)}`, evidence: { value } };
  return inRange(range, found, 'is the answer');
}

/** A value that comes twice is no set, and counts as what is wrong with it. */
function judgeSet(wanted: readonly string[], rows: Rows): Verdict {
  const found = rows.map(([value]) => value ?? null);
  const missing = wanted.filter((each) => !found.includes(each));
  const more = found.filter((each, index) => each === null || !wanted.includes(each) || found.indexOf(each) !== index);
  const wrong = [
    ...(missing.length === 0 ? [] : [`missing ${missing.join(', ')}`]),
    ...(more.length === 0 ? [] : [`too much ${more.map(describe).join(', ')}`]),
  ];
  const because = wrong.length === 0 ? `exactly ${wanted.join(', ')}` : wrong.join('; ');
  return { answer: wrong.length === 0 ? 'yes' : 'no', because, evidence: { value: found } };
}

function judgePercent(range: Range, value: string | null, before: string | null | undefined): Verdict {
  if (before === undefined)
    return unknown('it was not asked before the migrations, so there is nothing to compare with');
  const [now, then] = [Number(value ?? NaN), Number(before ?? NaN)];
  if (Number.isNaN(now) || Number.isNaN(then))
    return {
      answer: 'no',
      because: `no numbers: ${describe(before)} before, ${describe(value)} now`,
      evidence: { value },
    };
  // Nothing before: nothing now is all of it, anything else more than any percentage.
  const percent = then === 0 ? (now === 0 ? 100 : Infinity) : (now / then) * 100;
  const { answer, because } = inRange(range, Math.round(percent * 100) / 100, '% of before');
  return { answer, because: `${describe(before)} before, ${describe(value)} now: ${because}`, evidence: { value } };
}

export function unknown(because: string): Verdict {
  return { answer: 'unknown', because, evidence: {} };
}

function verdict(good: boolean, value: string | null, because: string): Verdict {
  return { answer: good ? 'yes' : 'no', because, evidence: { value } };
}

function describe(value: string | null): string {
  return value ?? 'nothing';
}
