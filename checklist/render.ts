import type { Checklist } from '../contract/checklist.js';
import type { Document, Insertion } from './read/document.js';

/** What came of an item in a run. */
export interface ItemResult {
  readonly id: string;
  readonly answer: 'yes' | 'no' | 'unknown' | 'waived' | 'skipped' | 'open';
  readonly because: string;
  /** Who answered, or whose process did. */
  readonly by: string | undefined;
  /** Wall time, ISO. */
  readonly at: string | undefined;
  /** Where the evidence lies: an address or a file. */
  readonly evidence: { readonly text: string; readonly link: string } | undefined;
}

const marks: Readonly<Record<ItemResult['answer'], string>> = {
  yes: '✅ yes',
  no: '❌ no',
  unknown: '❔ unknown',
  waived: '⚠️ waived',
  skipped: '➖ skipped',
  open: '… not asked',
};

/**
 * The document with what came of each item beside it. Nothing of it is changed: `withoutResults` gives every byte back.
 * `nonce` marks what is added.
 */
export function render(
  document: Document,
  { items }: Checklist,
  results: readonly ItemResult[],
  nonce: string,
): string {
  const { lines, text, ending } = document.source;
  if (text.includes(nonce)) throw new Error('the mark stands in the document already');
  const byId = new Map(results.map((result) => [result.id, result]));
  const beside = new Map<number, string>();
  const below = new Map<number, string>();
  for (const { id, place } of items) {
    const result = byId.get(id);
    if (!result) continue;
    const said = describe(result);
    const own = placeOf(document, place.line);
    const inline = isOneLineItem(document, place.line);
    if (inline) append(beside, place.line, ` ${begin(nonce)}${said}${end(nonce)}`);
    else if (own)
      append(below, own.after, `${ending}${' '.repeat(own.indent)}${begin(nonce, '+')}${said}${end(nonce)}`);
  }
  const body = lines
    .map(
      ({ text: line, ending: after }, index) =>
        `${line}${beside.get(index + 1) ?? ''}${below.get(index + 1) ?? ''}${after}`,
    )
    .join('');
  return `${body}${footer(nonce)}`;
}

/** What `render` was given. Text that it did not write is answered unchanged. */
export function withoutResults(rendered: string): string {
  const nonce = /\n<!-- crossfade-results ([0-9a-f]+) -->\n$/.exec(rendered)?.[1];
  if (nonce === undefined) return rendered;
  const added = new RegExp(`(?:(?:\\r\\n|\\n) *${begin(nonce, '\\+')}| ${begin(nonce)})[^\\r\\n]*?${end(nonce)}`, 'g');
  return rendered.slice(0, -footer(nonce).length).replaceAll(added, '');
}

const begin = (nonce: string, kind = ''): string => `<!--result${kind} ${nonce}-->`;
const end = (nonce: string): string => `<!--/result ${nonce}-->`;
const footer = (nonce: string): string => `\n<!-- crossfade-results ${nonce} -->\n`;

function append(texts: Map<number, string>, line: number, text: string): void {
  texts.set(line, (texts.get(line) ?? '') + text);
}

function isOneLineItem({ entries }: Document, line: number): boolean {
  return entries.some((entry) => entry.line === line && entry.kind !== 'row' && entry.kind !== 'paragraph');
}

function placeOf({ entries, blocks }: Document, line: number): Insertion {
  return (entries.find((entry) => entry.line === line) ?? blocks.find((block) => block.line === line))?.place;
}

function describe({ answer, because, by, at, evidence }: ItemResult): string {
  const parts = [
    because === '' ? `**${marks[answer]}**` : `**${marks[answer]}**: ${safe(because)}`,
    ...(by === undefined ? [] : [safe(by)]),
    ...(at === undefined ? [] : [safe(at)]),
    ...(evidence === undefined ? [] : [`[${safe(evidence.text)}](<${evidence.link.replaceAll(/[<>\s\\]/g, '')}>)`]),
  ];
  return parts.join(' · ');
}

/** Words of others are no Markdown, no HTML and no comment, and stay on one line. */
function safe(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim();
  const short = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  return short.replaceAll(/[\\`*_[\]<>|~&!]/g, (character) => `&#${character.codePointAt(0) ?? 32};`);
}
