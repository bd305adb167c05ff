import { readUnit, type Bound, type Comparison, type Unit } from '../../contract/bound.js';

/** A comparison with a number, where it stands in a text. */
export interface FoundLimit {
  readonly bound: Bound;
  readonly from: number;
  readonly to: number;
  /** Written with a sign, not with words. */
  readonly sign: boolean;
}

const signs: Readonly<Record<string, Comparison>> = {
  '<': 'below',
  '<=': 'at most',
  '=<': 'at most',
  '≤': 'at most',
  '>': 'above',
  '>=': 'at least',
  '=>': 'at least',
  '≥': 'at least',
};

/** Longest first: 'no more than' before 'more than'. */
const words: readonly (readonly [Comparison, string])[] = [
  [
    'at most',
    'no more than|not more than|(?:must|may|should|does|do|can|shall) ?not (?:exceed|be (?:above|over|more than))|not exceed(?:ing)?|never (?:exceeds?|above|over|be above)|not (?:above|over)|at most|at maximum|a maximum of|maximum of|maximum|max\\.?|up to|höchstens|maximal|nicht (?:über|mehr als)|au plus|ne (?:dépasse|doit) pas(?: dépasser)?|como máximo',
  ],
  [
    'at least',
    'no less than|not less than|no fewer than|(?:must|may|should|does|do) ?not (?:drop|fall|be) below|not below|never below|at least|at minimum|a minimum of|minimum of|minimum|min\\.|mindestens|au moins|al menos|como mínimo',
  ],
  [
    'below',
    'less than|lower than|fewer than|smaller than|faster than|(?:stays?|remains?|is|be|keep|drops?|falls?|dropping|falling|goes)? ?(?:below|under)|weniger als|unter|kleiner als|moins de|inférieure? à|menos de|inferior a',
  ],
  [
    'above',
    'greater than|higher than|larger than|slower than|more than|exceeds?|exceeding|(?:rises?|goes|is|climbs?|stays?)? ?(?:above|over)|mehr als|größer als|über|plus de|supérieure? à|más de|superior a',
  ],
];

const number = String.raw`(\d+(?:[.,]\d+)*)`;
const unit = String.raw`(%|percent\b|prozent\b|ms\b|milliseconds?\b|msec\b|(?:[KMGT]i?B)(?:/h(?:our)?\b| per hour\b)?|s\b|secs?\b|seconds?\b|sekunden?\b|secondes?\b|segundos?\b|minutes?\b|mins?\b|minuten?\b|hours?\b|hrs?\b|h\b|days?\b|d\b|stunden?\b|(?:requests?|req|errors?)? ?(?:/ ?|per )(?:min(?:ute)?|s(?:ec(?:ond)?)?)\b|rps\b|qps\b)?`;
const wordPattern = words.map(([, pattern]) => `(${pattern})`).join('|');
const pattern = new RegExp(
  String.raw`(?:(<=|>=|=<|=>|[<>≤≥])|(?<![\p{L}\d_])(?:${wordPattern}))\s*(?:~|about |approx\.? ?|circa )?${number}(\+)?\s*${unit}`,
  'giu',
);
const orMore = new RegExp(
  String.raw`(?<![\d.,<>=≤≥])${number}\s*${unit}\s*(?:\+(?=\s|$|[).,;|])|or (?:more|higher|better|above)\b)`,
  'giu',
);
const orLess = new RegExp(
  String.raw`(?<![\d.,<>=≤≥])${number}\s*${unit}\s*or (?:less|lower|fewer|below|under)\b`,
  'giu',
);

const longUnits: readonly (readonly [RegExp, string])[] = [
  [/^(?:percent|prozent)$/i, '%'],
  [/^(?:milliseconds?|msec)$/i, 'ms'],
  [/^(?:secs?|seconds?|sekunden?|secondes?|segundos?)$/i, 's'],
  [/^(?:minutes?|mins?|minuten?)$/i, 'min'],
  [/^(?:hours?|hrs?|stunden?)$/i, 'h'],
  [/^days?$/i, 'd'],
  [/(?:\/h(?:our)?| per hour)$/i, 'B/h'],
  [/(?:\/ ?|per )(?:min(?:ute)?)$/i, '/min'],
  [/(?:(?:\/ ?|per )s(?:ec(?:ond)?)?|[rq]ps)$/i, '/s'],
];

/**
 * Numbers as this text writes them. With a decimal comma, a point in front of three digits may part thousands and is no
 * number here; without one, commas part thousands.
 */
export interface Notation {
  readonly decimalComma: boolean;
}

export function notationOf(text: string): Notation {
  return { decimalComma: /(?<![\d.,])\d+,(?:\d{1,2}|\d{4,})\s*(?:%|ms\b|s\b|sek|sec|min|h\b|[KMGT]i?B\b)/i.test(text) };
}

/** Undefined where a number may mean two things: no limit is better than a wrong one. */
export function readNumber(text: string, { decimalComma }: Notation): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  if (decimalComma) return /^\d+,(?:\d{1,2}|\d{4,})$/.test(text) ? Number(text.replace(',', '.')) : undefined;
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return Number(text.replaceAll(',', ''));
  return /^\d+\.\d+$/.test(text) ? Number(text) : undefined;
}

/** All comparisons with a number in a text, left to right. Ranges, money and versions are none. */
export function limitsIn(text: string, notation: Notation): FoundLimit[] {
  const compared = [...text.matchAll(pattern)].flatMap((match) => {
    const [whole, sign, ...rest] = match;
    const spelled = words.findIndex((_, index) => rest[index] !== undefined);
    const comparison = sign === undefined ? words[spelled]?.[0] : signs[sign];
    const [digits, plus, written] = rest.slice(words.length) as (string | undefined)[];
    if (comparison === undefined || digits === undefined || plus !== undefined) return [];
    return found(text, match.index, whole, comparison, digits, written, sign !== undefined, notation);
  });
  const open = (spoken: RegExp, comparison: Comparison): FoundLimit[] =>
    [...text.matchAll(spoken)].flatMap(({ 0: whole, 1: digits = '', 2: written, index }) =>
      found(text, index, whole, comparison, digits, written, true, notation),
    );
  const others = [...open(orMore, 'at least'), ...open(orLess, 'at most')];
  return [
    ...compared,
    ...others.filter((each) => compared.every(({ from, to }) => each.to <= from || each.from >= to)),
  ].sort((one, other) => one.from - other.from);
}

function found(
  text: string,
  from: number,
  whole: string,
  comparison: Comparison,
  digits: string,
  written: string | undefined,
  sign: boolean,
  notation: Notation,
): FoundLimit[] {
  const value = readNumber(digits, notation);
  const read = unitOf(written?.trim() ?? '');
  const to = from + whole.trimEnd().length;
  if (value === undefined || !read || continues(text.slice(to), written)) return [];
  const bound: Bound = { comparison, value: Number((value * read[1]).toPrecision(12)), unit: read[0] };
  return [{ bound, from, to, sign }];
}

/** The end of a range, a version, an amount, or a fraction: not the number that it seems to be. */
function continues(after: string, written: string | undefined): boolean {
  if (/^\s*(?:[-–—]|to|bis|à|→|->)\s*\d/.test(after)) return true;
  if (/^\s*(?:€|\$|£|USD|EUR)/.test(after)) return true;
  return written === undefined ? /^(?:[\p{L}_/]|\.\d|\s*(?:x\b|×|of \d))/u.test(after) : /^[\p{L}\d_]/u.test(after);
}

function unitOf(written: string): readonly [Unit, number] | undefined {
  const rate = /^([KMGT]i?B)(?:\/| per )/i.exec(written);
  if (rate) return readUnit(`${rate[1] ?? ''}/h`);
  const long = longUnits.find(([matches]) => matches.test(written));
  return readUnit(long?.[1] ?? written);
}
