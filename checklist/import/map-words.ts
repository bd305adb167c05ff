import { momentOf } from '../moment.js';
import { pathOf, type Document, type Entry } from '../read/document.js';
import type { Mapping, Said } from './mapping.js';

/** Settings with their value, and, for boxes that nothing else proves, a signature. */
export function mapWords(document: Document): Mapping[] {
  return document.entries.flatMap((entry) => {
    const { place, text, line, section, quoted } = entry;
    if (place === undefined || quoted) return [];
    const says = settingIn(entry) ?? signatureIn(entry, document);
    return says ? [{ line, place, row: undefined, title: text, path: pathOf(section), says }] : [];
  });
}

/** 'LOG_FORMAT=json', '`DEBUG`: False': a variable and the one value that it has to have. */
function settingIn({ text, kind }: Entry): Record<string, Said> | undefined {
  if (kind === 'row' || kind === 'paragraph') return undefined;
  const bare = text
    .replaceAll('`', '')
    .replace(/^(?:set|ensure|verify|check|confirm|enable)\s+/i, '')
    .trim();
  const [, name, value] =
    /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|DEBUG|ENVIRONMENT|NODE_ENV)\s*(?:=|:|is set to|set to|is|equals)\s*["']?([\w.,:/@+-]+)["']?(?:\s+in production)?$/.exec(
      bare,
    ) ?? [];
  if (name === undefined || value === undefined) return undefined;
  if (
    /PASS|SECRET|TOKEN|KEY|DSN|CREDENTIAL|_URL$/.test(name) ||
    /^(?:set|present|configured|valid|required|optional|your.*|.*_here|xxx+|defined|correct|unique|missing|updated)$/i.test(
      value,
    )
  )
    return undefined;
  return { config: { name, equals: value } };
}

const box = /^\W*(?:☐|☑|⬜|🔲|□|◻|▢)|^\[[ xX]?\]/u;
/** A tick in front of a criterion; also as it looks when a file was read as Latin-1 once. */
const criterion = /^(?:\W*✅|âœ…|âœ”)/u;
const heading = /:\s*$/;

/** A box is there to be ticked by somebody: a signature, until something better is known. */
function signatureIn(entry: Entry, { entries }: Document): Record<string, Said> | undefined {
  const { kind, text } = entry;
  const ticked =
    kind === 'task' ||
    (kind === 'bullet' && criterion.test(text)) ||
    (kind !== 'row' && box.test(text) && !text.includes('\n'));
  const isGroup = heading.test(text) && entries.some(({ parent }) => parent === entry);
  if (!ticked || isGroup || text.trim().length < 3) return undefined;
  return momentOf(entry.section) === 'record' && /_{3,}|\[.*\]$/.test(text) ? undefined : { 'sign-off': 'operator' };
}
