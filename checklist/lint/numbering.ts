import type { Document, Section } from '../read/document.js';
import type { Finding, Rule } from './finding.js';

interface Numbered {
  readonly number: number;
  readonly line: number;
}

/** Requirements that are named by number, such as (29.3) or Requirement 29.3; steps that headings or lists count. */
const gaps: Rule = ({ document }) => [...requirementGaps(document), ...headingGaps(document), ...listGaps(document)];

function requirementGaps({ source }: Document): Finding[] {
  const families = new Map<string, Numbered[]>();
  for (const [index, { text }] of source.lines.entries()) {
    for (const [, bracketed, named] of text.matchAll(
      /\((?:req(?:uirement)?s?\.? ?)?(\d+\.\d+(?:, ?\d+\.\d+)*)\)|\breq(?:uirement)?s?\.? ?(\d+\.\d+(?:, ?\d+\.\d+)*)/gi,
    )) {
      for (const each of (bracketed ?? named ?? '').split(/, ?/)) {
        const [family = '', number = ''] = each.split('.');
        families.set(family, [...(families.get(family) ?? []), { number: Number(number), line: index + 1 }]);
      }
    }
  }
  return [...families].flatMap(([family, found]) => {
    const distinct = new Set(found.map(({ number }) => number));
    return distinct.size >= 5 ? missing(found, (number) => `requirement ${family}.${number}`) : [];
  });
}

function headingGaps({ sections }: Document): Finding[] {
  const families = new Map<string, Numbered[]>();
  const parents = new Map<Section | undefined, number>();
  for (const { title, parent, line, depth } of sections) {
    const [, word = '', number] = /^(step|stage|phase|part|batch)?\s*(\d{1,2})(?:[.:)]|\s|$)/i.exec(title) ?? [];
    if (number === undefined || /^\d+ ?(?:h|hours?|min|days?|weeks?|-)\b/i.test(title)) continue;
    if (!parents.has(parent)) parents.set(parent, parents.size);
    const key = `${parents.get(parent) ?? 0}|${word.toLowerCase()}|${depth}`;
    families.set(key, [...(families.get(key) ?? []), { number: Number(number), line }]);
  }
  return [...families].flatMap(([key, found]) => {
    const [, word = ''] = key.split('|');
    return found.length >= 2 ? missing(found, (number) => `${word === '' ? 'section' : word} ${number}`) : [];
  });
}

/** Markdown counts on by itself; what the author wrote is read. */
function listGaps({ entries }: Document): Finding[] {
  const lists = new Map<number, Numbered[]>();
  for (const { number, list, line } of entries)
    if (number !== undefined) lists.set(list, [...(lists.get(list) ?? []), { number, line }]);
  return [...lists.values()].flatMap((found) => {
    const allSame = found.every(({ number }) => number === found[0]?.number);
    return found.length < 2 || allSame ? [] : missing(found, (number) => `item ${number}`);
  });
}

function missing(found: readonly Numbered[], name: (number: number) => string): Finding[] {
  const numbers = found.map(({ number }) => number);
  const has = new Set(numbers);
  const first = Math.min(...numbers);
  const last = Math.max(...numbers);
  // Many holes: the numbers count something else.
  const holes = Array.from({ length: last - first }, (_, index) => first + index).filter((number) => !has.has(number));
  if (holes.length === 0 || holes.length > Math.max(1, has.size / 4)) return [];
  return holes.map((hole) => {
    const after = found.find(({ number }) => number > hole) ?? found[0];
    const before = found.findLast(({ number }) => number < hole);
    return {
      code: 'gap-in-numbering',
      lines: [after?.line ?? 1, ...(before ? [before.line] : [])],
      because: `${name(hole)} is nowhere, though those before and after it are`,
      better: 'name the line that answers it, or say that it was dropped',
    };
  });
}

export const numberingRules: readonly Rule[] = [gaps];
