import type { Block, Document, Entry } from '../read/document.js';
import { withoutAsides } from './asides.js';
import type { Claim, Sense } from './claim.js';
import { clausesOf, type Clause } from './clauses.js';
import { limitsIn, notationOf, type FoundLimit, type Notation } from './limits.js';
import { metricsIn } from './metrics.js';
import { nameAfter, nameOf, negated, type Named } from './name-metric.js';
import { agreed, senseOf, type Surroundings } from './sense-of.js';

/** Every limit of a metric that the document states in words, tables and blocks of code. What is unsure is left out. */
export function claimsOf(document: Document): Claim[] {
  const notation = notationOf(document.source.text);
  return [
    ...document.entries.flatMap((entry) => claimsOfEntry(entry, notation)),
    ...document.blocks.flatMap((block) => claimsOfBlock(block, notation)),
  ].sort((one, other) => one.line - other.line);
}

export function claimsOfEntry(entry: Entry, notation: Notation): Claim[] {
  if (entry.kind === 'row') return claimsOfRow(entry, notation);
  const lead = [entry.intro, entry.parent?.text ?? ''].join('\n');
  return claimsIn(entry.text, { section: entry.section, entry, lead, line: entry.line }, notation);
}

/** Conditions of alarms in YAML, and what comments and texts in blocks say. */
function claimsOfBlock(block: Block, notation: Notation): Claim[] {
  const isYaml = ['yaml', 'yml'].includes(block.language);
  const lines = block.text.split('\n');
  return lines.flatMap((text, index) => {
    const condition = /^\s*-?\s*(?:condition|expr|expression|when|if)\s*:\s*(.*)$/i.exec(text)?.[1];
    const said = isYaml ? condition : /^\s*(?:#|--|\/\/|-|\*|\d+\.)\s*(.*)$/.exec(text)?.[1];
    if (said === undefined) return [];
    const lead = isYaml
      ? 'alert'
      : lines
          .slice(Math.max(0, index - 4), index)
          .filter((line) => /^\s*#/.test(line))
          .join('\n');
    const spaced = isYaml ? said.replaceAll('_', ' ') : said;
    return claimsIn(spaced, { section: block.section, entry: undefined, lead, line: block.line + index }, notation);
  });
}

const rowHeads: readonly (readonly [Sense | 'skip', RegExp])[] = [
  ['baseline', /\b(?:baseline|before|current|today|previous|was)\b/i],
  ['skip', /\b(?:actual|result|measured|observed|after|status|notes?|comment|owner|example)\b/i],
  ['rollback', /\b(?:roll ?back|abort|critical|fail(?:ure)?|red)\b/i],
  ['alarm', /\b(?:alarms?|alerts?|warn(?:ing)?|hold|page|yellow|amber)\b/i],
  [
    'pass',
    /\b(?:success|target|pass|goal|ok|green|healthy|limit|threshold|acceptable|expected|slo|criteri(?:on|a)|max(?:imum)?|min(?:imum)?|value)\b/i,
  ],
];

/** A row names its metric in its first cell; the heads of the others say what their limits are for. */
function claimsOfRow(entry: Entry, notation: Notation): Claim[] {
  const [first, ...rest] = entry.cells;
  if (!first) return [];
  return rest.flatMap(({ head, text }) => {
    const column = rowHeads.find(([, pattern]) => pattern.test(head))?.[0];
    if (column === 'skip' || column === undefined) return [];
    const limits = limitsIn(text, notation);
    const [limit] = limits;
    if (limits.length !== 1 || !limit || text.slice(0, limit.from).trim() !== '') return [];
    const named = nameOf(first.text, limit.bound, true);
    if (!named || limitsIn(first.text, notation).length > 0) return [];
    const sense = agreed(named.metric, limit.bound, column);
    if (!sense) return [];
    const over = durationIn(text.slice(limit.to), notation);
    return [
      claim(named, sense, limit, over, entry.text, { section: entry.section, entry, lead: head, line: entry.line }),
    ];
  });
}

export function claimsIn(text: string, around: Surroundings, notation: Notation): Claim[] {
  return clausesOf(text).flatMap((clause) => claimsOfClause(clause, text, around, notation));
}

const uncertain = /\b(?:e\.g|for example|such as|z\. ?b|p\. ?ex|unless|except|tbd|todo)\b|\?\?/i;

function claimsOfClause(clause: Clause, text: string, around: Surroundings, notation: Notation): Claim[] {
  const { claims, rest } = withoutAsides(innerClause(clause.text, notation), notation);
  const limits = limitsIn(rest, notation);
  const [limit, second] = limits;
  const at: Surroundings = { ...around, line: around.line + clause.below };
  const whole = clause.before + rest;
  const over = second ? durationBefore(rest, second) : limit && durationIn(rest.slice(limit.to), notation);
  if (!limit || (second && over === undefined) || limits.length > 2 || uncertain.test(rest)) return [];
  if (isSpan(rest, limit) || otherQuantity.test(rest.slice(0, limit.from))) return [];
  const named =
    nameOf(rest.slice(0, limit.from), limit.bound, limit.sign, rest.slice(limit.to, limit.to + 15)) ??
    nameAfter(rest, limit);
  if (!named || negated(rest.slice(0, limit.from))) return [];
  const sense = agreed(named.metric, limit.bound, senseOf(whole, at));
  if (!sense) return [];
  const main = claim(named, sense, limit, over, text, at);
  const aside = claims.flatMap(({ sense: other, limit: found }) => {
    const kind = other === 'baseline' || other === 'target' ? other : agreed(named.metric, found.bound, other);
    return kind ? [claim(named, kind, found, undefined, text, at)] : [];
  });
  return [main, ...aside];
}

/** 'from 2 % to < 1 %', '200 ms (max 500 ms)': which of the two decides is not said. */
const otherQuantity = /\d\s?(?:%|ms\b|s\b|sec|min|MB\b|GB\b)/i;

/** Brackets that name a metric and its limit speak for themselves: 'no leaks (heap < 70 %)'. */
function innerClause(text: string, notation: Notation): string {
  const [whole, inner = ''] = /\(([^()]*)\)/.exec(text) ?? [''];
  const [limit] = limitsIn(inner, notation);
  if (!limit || limitsIn(text.replace(whole, ' '), notation).length > 0) return text;
  return metricsIn(inner.slice(0, limit.from), limit.bound.unit).some(({ metric }) => metric.name !== 'latency')
    ? inner
    : text;
}

/** 'over 30 minutes', 'for more than 5 minutes', 'within 24 hours' speak of time, whatever stands before them. */
function isSpan(text: string, { bound, from, sign }: FoundLimit): boolean {
  if (bound.unit !== 'milliseconds') return false;
  if (bound.value >= 120_000 || /\b(?:for|during|last(?:ing)?|in|every|after|wait)\s*$/i.test(text.slice(0, from)))
    return true;
  return !sign && /^(?:over|up to)/i.test(text.slice(from)) && bound.value > 10_000;
}

function durationBefore(text: string, { bound, from }: FoundLimit): number | undefined {
  const spans = bound.unit === 'milliseconds' && /\b(?:for|during|lasting)\s*$/i.test(text.slice(0, from));
  return spans ? bound.value : undefined;
}

function durationIn(said: string, notation: Notation): number | undefined {
  // What comes after the condition says by when somebody acts, not for how long it lasts.
  const text = said.split(/[:;→]|=>|->|,\s*then\b/)[0] ?? '';
  const [, digits = '', unit = ''] =
    /\b(?:for|over|during|in|within)\s+(?:the\s+)?(?:first|last|any)?\s*(\d+)?[ -]?(s|sec|seconds?|min|minutes?|h|hours?|days?)\b/i.exec(
      text,
    ) ?? [];
  const [found] = unit === '' ? [] : limitsIn(`< ${digits || '1'} ${unit}`, notation);
  return found?.bound.unit === 'milliseconds' ? found.bound.value : undefined;
}

function claim(
  named: Named,
  sense: Sense,
  { bound }: FoundLimit,
  over: number | undefined,
  text: string,
  at: Surroundings,
): Claim {
  const { metric, known, of, statistic } = named;
  const { line, section, entry } = at;
  return { metric: metric.name, known, bad: metric.bad, of, statistic, sense, bound, over, line, text, section, entry };
}
