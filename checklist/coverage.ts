import { isAsked } from '../contract/gate.js';
import type { Checklist } from '../contract/checklist.js';
import { shellOf, isSql } from './check-of.js';
import { limitsIn, notationOf } from './claims/limits.js';
import type { Document } from './read/document.js';

export type Share = 'executable' | 'sign-off' | 'proposed' | 'unmapped';

export interface CoveredLine {
  readonly line: number;
  readonly text: string;
  readonly share: Share;
  /** The item's id and what proves it; empty where nothing does. */
  readonly by: string;
}

/** Words by which a sentence asks for something. */
const obliges =
  /\b(?:must|has to|have to|needs? to|should|shall|never|always|make sure|ensure|verify|muss|müssen|darf|dürfen|soll|sollen)\b/i;

/**
 * Every line that asks for something: items of lists, rows of tables, blocks of code, sentences that oblige or name a
 * limit, and whatever else has an annotation. Proposed mappings are counted apart: they prove nothing yet.
 */
export function coverageOf(document: Document, { items }: Checklist): CoveredLine[] {
  const byLine = grouped(items);
  const lines = new Map<number, CoveredLine>();
  const notation = notationOf(document.source.text);
  for (const { kind, line, text } of document.entries) {
    const asks = kind !== 'paragraph' || obliges.test(text) || limitsIn(text, notation).length > 0;
    if (asks) lines.set(line, { line, text: text.split('\n', 1)[0] ?? '', share: 'unmapped', by: '' });
  }
  for (const block of document.blocks) {
    const { line, entry, language, text } = block;
    if (shellOf(block) === undefined && !isSql(block)) continue;
    const proven = entry !== undefined && byLine.has(entry.line);
    if (!proven) lines.set(line, { line, text: `${language || 'code'}: ${firstOf(text)}`, share: 'unmapped', by: '' });
  }
  for (const [line, found] of byLine) {
    const text = lines.get(line)?.text ?? found[0]?.title ?? '';
    const share = found.some(({ proposed }) => !proposed)
      ? found.every(({ check }) => isAsked(check))
        ? 'sign-off'
        : 'executable'
      : 'proposed';
    lines.set(line, { line, text, share, by: found.map(({ id, check }) => `${id} (${check.kind})`).join(', ') });
  }
  return [...lines.values()].sort((one, other) => one.line - other.line);
}

function firstOf(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '' && !/^\s*(?:#|--)/.test(line))
      ?.trim() ?? text.trim()
  );
}

/** Percent of each, one decimal. */
export function sharesOf(lines: readonly CoveredLine[]): Record<Share, number> {
  const percent = (share: Share): number =>
    lines.length === 0
      ? 0
      : Math.round((1_000 * lines.filter((line) => line.share === share).length) / lines.length) / 10;
  return {
    executable: percent('executable'),
    'sign-off': percent('sign-off'),
    proposed: percent('proposed'),
    unmapped: percent('unmapped'),
  };
}

function grouped(items: Checklist['items']): Map<number, Checklist['items']> {
  const byLine = new Map<number, Checklist['items']>();
  for (const item of items) byLine.set(item.place.line, [...(byLine.get(item.place.line) ?? []), item]);
  return byLine;
}
