import { claimsOf } from '../claims/claims-of.js';
import { compile } from '../compile.js';
import { deriveIds } from '../item-ids.js';
import type { Document } from '../read/document.js';
import { loadMarkdown } from '../read/load-markdown.js';
import { endOfFrontMatter } from '../read/front-matter.js';
import { readDocument } from '../read/read-document.js';
import { readSource } from '../read/source.js';
import { mapCode } from './map-code.js';
import { mapLimits } from './map-limits.js';
import { mapPeople } from './map-people.js';
import { mapWords } from './map-words.js';
import { writeSaid, type Mapping } from './mapping.js';

export interface Imported {
  /** The document with what is proposed, every line of it kept. */
  readonly text: string;
  readonly proposed: readonly Proposal[];
}

export interface Proposal {
  readonly id: string;
  /** In the document as it was. */
  readonly line: number;
  readonly title: string;
  readonly says: Mapping['says'];
}

/** Says of a whole document that nothing in it counts by itself. */
const HEAD = '<!-- crossfade: counts: annotated -->';

/**
 * The first annotated version of a team's own document. Only lines are added; each speaks of the line before it and is
 * inert. A mapping that would be read differently than it was meant is left out.
 */
export async function importChecklist(document: Document): Promise<Imported> {
  const claims = claimsOf(document);
  const limits = mapLimits(document, claims);
  const people = mapPeople(document);
  const taken = new Set([...limits, ...people].map(({ line }) => line));
  const code = firstOfEachLine(mapCode(document)).filter(({ line }) => !taken.has(line));
  for (const { line } of code) taken.add(line);
  const words = mapWords(document).filter(({ line }) => !taken.has(line));
  const sorted = [...limits, ...people, ...code, ...words]
    .filter(({ line, shown = line }) => !isStruckOut(document.source.lines[shown - 1]?.text ?? ''))
    .sort((one, other) => one.line - other.line);
  const ids = deriveIds(
    sorted.map(({ title, path }) => ({ text: title, path })),
    new Set(),
  );
  const proposals = sorted.map((mapping, index) => ({
    ...mapping,
    id: ids[index] ?? `line-${mapping.shown ?? mapping.line}-${index}`,
  }));
  return settle(document, proposals);
}

/** `- [ ] ~~warm the cache~~`: somebody has taken it out already. */
function isStruckOut(line: string): boolean {
  return /^\s*(?:[-*+]|\d+[.)])?\s*(?:\[[ xX]?\]\s+)?~~.+~~\W*$/.test(line);
}

function firstOfEachLine(mappings: readonly Mapping[]): Mapping[] {
  return mappings.filter(({ line }, index) => mappings.findIndex((each) => each.line === line) === index);
}

type Proposed = Mapping & { readonly id: string };

function shownOf({ id, line, shown = line, title, says }: Proposed): Proposal {
  return { id, line: shown, title, says };
}

/** Reads back what would be written, and drops what does not come back as it was meant. */
async function settle(document: Document, proposals: readonly Proposed[]): Promise<Imported> {
  const text = write(document, proposals);
  const parse = await loadMarkdown();
  const { checklist, problems } = compile(readDocument(readSource(document.source.file, Buffer.from(text)), parse));
  const before = linesBefore(document, proposals);
  const lines = new Map(checklist.items.map(({ id, place }) => [id, place.line]));
  const kept = proposals.filter(({ id, line }) => lines.get(id) === line + before(line));
  if (kept.length === proposals.length && problems.length === 0) {
    return { text, proposed: kept.map(shownOf) };
  }
  // A problem that no proposal explains lies in the document itself, and is shown by plan and lint.
  if (kept.length === proposals.length)
    return settleByProblem(
      document,
      proposals,
      problems.map(({ line }) => line),
      text,
    );
  return settle(document, kept);
}

function settleByProblem(
  document: Document,
  proposals: readonly Proposed[],
  lines: readonly number[],
  text: string,
): Imported {
  const written = text.split(/\r\n|\n|\r/);
  const guilty = new Set(lines.flatMap((line) => /crossfade\? id: ([^,\s]+)/.exec(written[line - 1] ?? '')?.[1] ?? []));
  const kept = proposals.filter(({ id }) => !guilty.has(id));
  return { text: write(document, kept), proposed: kept.map(shownOf) };
}

/** What is said of the whole document stands after its title, else above all of it: a fence left open swallows the end. */
function headLine(document: Document): number {
  const title = document.sections.find(({ isTitle }) => isTitle);
  return title && title.line === firstLine(document)
    ? endOfTitle(document, title.line)
    : endOfFrontMatter(document.source);
}

/** A heading that is underlined takes two lines. */
function endOfTitle({ source }: Document, line: number): number {
  return /^\s{0,3}#/.test((source.lines[line - 1]?.text ?? '').replace(/^\uFEFF/, '')) ? line : line + 1;
}

function firstLine({ source }: Document): number {
  return source.lines.findIndex(({ text }) => text.replace(/^\uFEFF/, '').trim() !== '') + 1;
}

function linesBefore(document: Document, proposals: readonly Proposed[]): (line: number) => number {
  const head = headLine(document);
  const added = document.source.lines.map(() => 0);
  for (const { place } of proposals) added[place.after - 1] = (added[place.after - 1] ?? 0) + 1;
  let sum = 0;
  const before = added.map((count) => (sum += count) - count);
  return (line) => (line > head ? 1 : 0) + (before[line - 1] ?? 0);
}

function write(document: Document, proposals: readonly Proposed[]): string {
  const { lines, ending } = document.source;
  const head = headLine(document);
  const added = new Map<number, string[]>();
  const add = (after: number, text: string) => added.set(after, [...(added.get(after) ?? []), text]);
  if (head > 0) add(head, HEAD);
  for (const { id, row, says, place } of proposals) {
    const said = writeSaid({ id, ...(row === undefined ? {} : { row: String(row) }), ...says });
    add(place.after, `${' '.repeat(place.indent)}<!-- crossfade? ${said} -->`);
  }
  const body = lines.map(({ text, ending: after }, index) => {
    const own = (added.get(index + 1) ?? []).map((each) => `${ending}${each}`).join('');
    return `${text}${own}${after}`;
  });
  const text = body.join('');
  return head > 0 ? text : text.replace(/^\uFEFF?/, (mark) => `${mark}${HEAD}${ending}`);
}

/** The document as it was before it was imported. */
export function withoutProposals(text: string): string {
  const added = /(?:\r\n|\n) *<!-- crossfade[?:] (?:id: [^\r\n]*|counts: annotated) -->/g;
  const top = /^(\uFEFF?)<!-- crossfade: counts: annotated -->(?:\r\n|\n)/;
  return text.replace(top, '$1').replaceAll(added, '');
}
