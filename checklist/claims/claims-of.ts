import type { Bound } from '../../contract/bound.js';
import type { Block, Document, Entry, Section } from '../read/document.js';
import { momentOf } from '../moment.js';
import { slugOf } from '../item-ids.js';
import type { Claim, Sense, Statistic } from './claim.js';
import { clausesOf, type Clause } from './clauses.js';
import { limitsIn, notationOf, type FoundLimit, type Notation } from './limits.js';
import { metricsIn, type KnownMetric } from './metrics.js';

/** Where a sentence stands, and what leads up to it. */
export interface Surroundings {
  readonly section: Section;
  readonly entry: Entry | undefined;
  /** Paragraph, heading cell or item above. */
  readonly lead: string;
  readonly line: number;
}

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

interface Named {
  readonly metric: Pick<KnownMetric, 'name' | 'bad'>;
  readonly known: boolean;
  readonly of: string | undefined;
  readonly statistic: Statistic | undefined;
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
  const whole = clause.before + clause.text;
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

function durationIn(text: string, notation: Notation): number | undefined {
  const [, digits = '', unit = ''] =
    /\b(?:for|over|during|in|within)\s+(?:the\s+)?(?:first|last|any)?\s*(\d+)?[ -]?(s|sec|seconds?|min|minutes?|h|hours?|days?)\b/i.exec(
      text,
    ) ?? [];
  const [found] = unit === '' ? [] : limitsIn(`< ${digits || '1'} ${unit}`, notation);
  return found?.bound.unit === 'milliseconds' ? found.bound.value : undefined;
}

interface Aside {
  readonly sense: Sense;
  readonly limit: FoundLimit;
}

const asides: readonly (readonly [Sense, RegExp])[] = [
  ['baseline', /^(?:was|from|baseline:?|before:?|previously:?|currently:?|today:?)\s+(?:~|about |around )?/i],
  ['target', /^(?:target|goal|aim)(?:s|ed)?:?\s*(?:~|about |<|<=|≤)?\s*/i],
  ['rollback', /^(?:roll ?back|abort)(?: if| at| when)?:?\s*(?=[<>≤≥])/i],
  ['alarm', /^(?:alert|alarm|warn)(?: if| at| when)?:?\s*(?=[<>≤≥])/i],
];

/** What stands in brackets is about the limit before it, or explains: it is read apart, or not at all. */
function withoutAsides(text: string, notation: Notation): { claims: Aside[]; rest: string } {
  const claims: Aside[] = [];
  const rest = text.replaceAll(/\(([^()]*)\)/g, (_, inner: string, offset: number) => {
    const beforeIt = limitsIn(text.slice(0, offset), notation).length > 0;
    if (!beforeIt) return isStatistic(inner) || limitsIn(inner, notation).length > 0 ? ` ${inner} ` : ' ';
    const kind = asides.find(([, pattern]) => pattern.test(inner));
    if (kind) {
      const number = inner.replace(kind[1], '');
      const [limit] = limitsIn(/^[<>≤≥]/.test(number) ? number : `< ${number}`, notation);
      if (limit) claims.push({ sense: kind[0], limit });
    }
    return ' ';
  });
  return { claims, rest };
}

function isStatistic(text: string): boolean {
  return /^\s*(?:p\d\d|avg|average|mean|median|max)\s*$/i.test(text);
}

const statistics: readonly (readonly [Statistic, RegExp])[] = [
  ['p50', /\bp50\b|\bmedian\b/i],
  ['p90', /\bp90\b/i],
  ['p95', /\bp95\b|\b95(?:th|\.)? ?(?:percentile|perzentil)|\b95e centile/i],
  ['p99', /\bp99\b|\b99(?:th|\.)? ?(?:percentile|perzentil)/i],
  ['mean', /\b(?:avg|average|mean|durchschnitt(?:lich)?|moyenne)\b/i],
  ['max', /\b(?:peak|worst)\b/i],
];

const filler =
  /\b(?:verify|check|ensure|confirm|monitor|make sure|validate|assert|watch|keep|that|the|our|all|any|is|are|be|stays?|remains?|should|must|may|can|will|has|have|if|when|whenever|a|an|of|in|on|at|for|and|overall|total|current|usage|stable|rate|average|avg|mean|p\d\d|latency|endpoint|requests?|api|value|slow|responses?|times?|new|application|app|system|services?|production|prod|metrics?|percentile|percentil|performance|condition|increase|within|threshold|acceptable|range|limit|alert|alarm|rollback|roll back|trigger|triggers|warning|critical|target|pass|below|above|no|high|exists?)\b/giu;

/** The metric that the words before a limit name: one, and only one. */
function nameOf(before: string, { unit }: Bound, sign: boolean, after = ''): Named | undefined {
  const statistic = statistics.find(([, pattern]) => pattern.test(before) || pattern.test(after))?.[0];
  const found = metricsIn(before, unit);
  const spoken = new Set(found.map(({ metric }) => metric.name));
  if (spoken.size > 1 && !(spoken.size === 2 && spoken.has('latency'))) return undefined;
  const chosen = found.find(({ metric }) => spoken.size === 1 || metric.name !== 'latency') ?? found[0];
  if (chosen) {
    const lead =
      before
        .slice(0, chosen.from)
        .split(/\b(?:if|when|whenever|that|where|until|wenn|si)\b|[:,;]\s|\s[-–—]\s/i)
        .at(-1) ?? '';
    const words = `${lead} ${before.slice(chosen.to)}`;
    return { metric: chosen.metric, known: true, of: subjectIn(words), statistic };
  }
  const phrase = before.replaceAll(/[*_`:]+(?=\s|$)|^\W+/g, '').trim();
  const own = phrase
    .replace(/^(?:verify|check|ensure|confirm|monitor)(?: that)?\s+/i, '')
    .replace(/\s+(?:is|are|should be|must be|stays?|:)$/i, '');
  if (!sign || (unit !== 'milliseconds' && unit !== 'percent') || /[.,;?!]|\b(?:if|when|and|or|not|no)\b/i.test(own))
    return undefined;
  if (!/^[\p{L}`][\p{L}\d_/`' -]{2,50}$/u.test(own) || own.split(/\s+/).length > 6) return undefined;
  return {
    metric: { name: slugOf(own), bad: unit === 'milliseconds' ? 'high' : undefined },
    known: false,
    of: undefined,
    statistic,
  };
}

/** 'more than 3 user complaints', 'less than 1 % errors'. */
function nameAfter(text: string, limit: FoundLimit): Named | undefined {
  const after = /^[^.,;:()]{0,40}/.exec(text.slice(limit.to))?.[0] ?? '';
  const [found, ...more] = metricsIn(after, limit.bound.unit);
  if (!found || more.length > 0 || !/^\s*(?:[\p{L}-]+\s+)?$/u.test(after.slice(0, found.from))) return undefined;
  return {
    metric: found.metric,
    known: true,
    of: undefined,
    statistic: statistics.find(([, pattern]) => pattern.test(after))?.[0],
  };
}

/** Code, a path, or the few words that are left; longer sentences name no subject. */
function subjectIn(words: string): string | undefined {
  const code = /`([^`\s]+)`|(\/[\w{}/.-]+)|\b(\w+_\w+)\b/.exec(words);
  if (code) return code[1] ?? code[2] ?? code[3];
  const left = words
    .replaceAll(/[^\p{L}\d\s-]/gu, ' ')
    .replaceAll(filler, ' ')
    .trim()
    .split(/\s+/)
    .filter((word) => /^[\p{Script=Latin}-]{3,}$/u.test(word));
  return left.length > 0 && left.length <= 3 ? slugOf(left.join(' ')) || undefined : undefined;
}

/** A word of denial that is not part of the comparison turns its meaning round: then nothing is claimed. */
function negated(before: string): boolean {
  return /\b(?:not|never|without|cannot|were|had|nicht|kein\w*|pas|n['’]t|\w+n['’]t)\b/i.test(before);
}

const rollbackWords = /\b(?:roll(?:s|ed|ing)?[ -]?back|revert|abort|back[ -]?out|undo)\b/i;
const alarmWords = /\b(?:alerts?|alarms?|warn(?:ing|s)?|page[sd]?|escalat\w+|pause|hold|investigate|notify)\b/i;
const conditions = /\b(?:if|when|whenever|wenn|falls|si)\b/i;
const successWords = /\b(?:success\w*|pass(?:es|ed)?|healthy|complete|proceed|continue|go[ -]?live|criteria)\b/i;

/** From the sentence itself first, then from what leads up to it, then from the headings. */
function senseOf(text: string, { section, lead }: Surroundings): Sense | undefined {
  if (rollbackWords.test(text)) return 'rollback';
  if (/\b(?:baseline|was|previously)\b/i.test(text.split(/[<>≤≥]/)[0] ?? '')) return 'baseline';
  if (alarmWords.test(text) || (conditions.test(text) && !successWords.test(text))) {
    return rollbackWords.test(lead) ? 'rollback' : 'alarm';
  }
  if (successWords.test(lead)) return 'pass';
  if (rollbackWords.test(lead)) return 'rollback';
  if (alarmWords.test(lead)) return 'alarm';
  if (/\b(?:alerts?|alarms?)\b/i.test(section.title)) return 'alarm';
  if (momentOf(section) === 'rollback') return 'rollback';
  return 'pass';
}

/**
 * What the direction of the comparison allows: above what is bad when high can only be a trigger. Where direction and
 * surroundings contradict each other, nothing is claimed.
 */
function agreed(metric: Named['metric'], { comparison }: Bound, said: Sense | undefined): Sense | undefined {
  if (said === 'baseline' || said === 'target') return said;
  if (metric.bad === undefined) return said === 'pass' ? undefined : said;
  const trips = (metric.bad === 'high') === (comparison === 'above' || comparison === 'at least');
  if (comparison === 'exactly') return undefined;
  if (trips) return said === 'pass' ? undefined : said;
  // Below a line that is good is a success, also among the checks after a rollback.
  return said === 'pass' || said === 'rollback' || said === 'alarm'
    ? said === 'pass'
      ? 'pass'
      : undefined
    : undefined;
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
