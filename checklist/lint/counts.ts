import { describeBound } from '../../contract/bound.js';
import type { Section } from '../read/document.js';
import { environmentOf } from './around.js';
import type { Finding, Rule } from './finding.js';

interface Count {
  readonly count: string;
  readonly noun: string;
  readonly line: number;
  readonly section: Section;
}

const nouns = String.raw`(index(?:es)?|tests|tables|migrations|replicas|endpoints|rows)`;
/** '45/45 indexes', 'expected 14+ indexes', 'at least 3 replicas'. */
const counted = new RegExp(
  String.raw`(?<![\d.,/-])(?:(\d+)\s?\/\s?\1|(?:expect(?:ed)?|at least|should (?:be|see|show)|exactly|all)\s*:?\s*(\d+)\s?\+?|(\d+)\+)\s+(?:[a-z_]+\s+){0,2}?${nouns}\b`,
  'gi',
);
/** 'all indexes deployed (45/45)'. */
const bracketed = new RegExp(String.raw`\b${nouns}\b[^()\d]*\((\d+)\s?\/\s?\2\)`, 'gi');
/** '-- Expected: 14+' beside a query about indexes. */
const commented = new RegExp(
  String.raw`^\s*(?:#|--).*\bexpect(?:ed)?\b[^\d\n]{0,20}(\d+)\s?\+?\s*(?:[a-z_]+\s+)?${nouns}?`,
  'i',
);

const singular = (noun: string): string => noun.toLowerCase().replace(/e?s$/, '');

/** A count that is expected twice, with two numbers. */
const counts: Rule = ({ document }) => {
  const said = document.entries.flatMap(({ text, line, section }): Count[] => [
    ...[...text.matchAll(counted)].map(([, all, expected, more, noun = '']) => ({
      count: all ?? expected ?? more ?? '',
      noun: singular(noun),
      line,
      section,
    })),
    ...[...text.matchAll(bracketed)].map(([, noun = '', count = '']) => ({
      count,
      noun: singular(noun),
      line,
      section,
    })),
  ]);
  const code = document.blocks.flatMap(({ text, line, section }) =>
    text.split('\n').flatMap((each, below): Count[] => {
      const [, count, noun = new RegExp(nouns, 'i').exec(text)?.[1]] = commented.exec(each) ?? [];
      return count === undefined || noun === undefined
        ? []
        : [{ count, noun: singular(noun), line: line + below, section }];
    }),
  );
  const all = [...said, ...code];
  return all.flatMap((one, index): Finding[] => {
    const other = all
      .slice(0, index)
      .find((each) => each.noun === one.noun && each.count !== one.count && sameEnvironment(each, one));
    if (!other) return [];
    return [
      {
        code: 'two-expected-values',
        lines: [one.line, other.line],
        because: `line ${other.line} expects ${other.count} of '${one.noun}', line ${one.line} ${one.count}: which one decides is not said`,
        better: 'keep one number, and let a query answer it',
      },
    ];
  });
};

function sameEnvironment(one: Count, other: Count): boolean {
  return environmentOf(one.section) === environmentOf(other.section);
}

/** A pool that may grow beyond what another line allows. */
const pools: Rule = ({ claims, document }) => {
  const lines = document.source.lines.map(({ text }, index) => ({ text, line: index + 1 }));
  const setting = (pattern: RegExp): { value: number; line: number } | undefined =>
    lines.flatMap(({ text, line }) => {
      const value = pattern.exec(text)?.[1];
      return value === undefined ? [] : [{ value: Number(value), line }];
    })[0];
  const size = setting(/(?<![a-z])pool[_ -]?size\b[^\d\n]{0,12}(\d+)/i);
  const overflow = setting(/(?<![a-z])(?:max[_ -]?)?overflow\b[^\d\n]{0,12}(\d+)/i);
  if (!size || !overflow) return [];
  const most = size.value + overflow.value;
  return claims
    .filter(({ metric, bound }) => metric === 'connections' && bound.unit === 'count' && bound.value < most)
    .map((claim) => ({
      code: 'limits-contradict',
      lines: [claim.line, overflow.line],
      because: `a pool of ${size.value} with ${overflow.value} more may open ${most} connections, but the line here is ${describeBound(claim.bound)}`,
      better: `let the limit follow from the pool: say a share of it, such as below 80%`,
    }));
};

export const countRules: readonly Rule[] = [counts, pools];
