import { environmentOf } from './around.js';
import { pathOf, type Section } from '../read/document.js';
import type { Finding, Lintable, Rule } from './finding.js';

const changes =
  /\b(?:creat\w*|appl(?:y|ies)|add\w*|migrat\w*|enabl\w*|install\w*|configur\w*|load\w*|seed\w*|import\w*|alter\w*|grant\w*|index\w*)\b/i;
const trivial = new Set([
  'step',
  'the',
  'a',
  'an',
  'and',
  'or',
  'but',
  'optional',
  'recommended',
  'staging',
  'production',
  'environment',
  'database',
  'stage',
  'on',
  'in',
  'for',
  'to',
  'create',
  'apply',
  'add',
  'run',
  'new',
  'prod',
]);

/** What a heading asks for, without numbers and words that say nothing. */
function essence(title: string): string[] {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\s]/gu, ' ')
    .split(/\s+/)
    .filter((word) => word.length > 1 && !trivial.has(word))
    .map((word) => word.replace(/(?:es|s)$/, ''));
}

/** Sections of one environment beside those of the other, under the same heading. */
function twins({ document }: Lintable): { staging: Section; production: Section }[] {
  return document.sections.flatMap((staging) => {
    if (!/\bstaging\b/i.test(staging.title)) return [];
    const production = document.sections.find(
      (each) => each.depth === staging.depth && each.parent === staging.parent && /\bproduction\b/i.test(each.title),
    );
    return production ? [{ staging, production }] : [];
  });
}

/** A step that changes something in staging, and is never done in production. */
const stagingOnly: Rule = (lintable) =>
  twins(lintable).flatMap(({ staging, production }): Finding[] => {
    const below = (section: Section): Section[] =>
      lintable.document.sections.filter(({ parent }) => parent === section);
    const there = textOf(lintable, production);
    return below(staging)
      .filter(({ title }) => changes.test(title))
      .flatMap((step): Finding[] => {
        const words = essence(step.title);
        if (words.length === 0 || words.some((word) => there.includes(word))) return [];
        const relied = lintable.document.entries.find(
          ({ text, section }) =>
            environmentOf(section) === undefined && words.every((word) => text.toLowerCase().includes(word)),
        );
        return [
          {
            code: 'only-in-staging',
            lines: relied ? [step.line, relied.line] : [step.line, production.line],
            because: `'${step.title}' changes staging, and nothing under '${pathOf(production).join(' › ')}' does the same${relied ? `, though line ${relied.line} counts on it` : ''}`,
            better: 'do it in production too, or say why production has it already',
          },
        ];
      });
  });

function textOf({ document }: Lintable, section: Section): string {
  const inside = (each: Section | undefined): boolean =>
    each !== undefined && (each === section || inside(each.parent));
  return [
    ...document.sections.filter(inside).map(({ title }) => title),
    ...document.entries.filter((entry) => inside(entry.section)).map(({ text }) => text),
    ...document.blocks.filter((block) => inside(block.section)).map(({ text }) => text),
  ]
    .join('\n')
    .toLowerCase();
}

export const stagingRules: readonly Rule[] = [stagingOnly];
