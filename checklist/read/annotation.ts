import { readPlainFlow } from './plain-flow.js';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

/** A comment of Crossfade as it was written. */
export interface Annotation {
  readonly line: number;
  /** Written with a question mark: inert until a person accepts it. */
  readonly proposed: boolean;
  /** All scalars are text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Line of a key, where it is known. */
  readonly lineOf: (key: string) => number;
  readonly problems: readonly { readonly line: number; readonly says: string }[];
}

/** Finds the comments; the colon or the question mark is the first group, what is said the second. */
export const annotationPattern = /<!--[ \t]*crossfade\b[ \t]*([:?]?)([^]*?)-->/g;

/** Reads what one comment says. `line` is where it begins. Never throws: what is wrong stands in `problems`. */
export function readAnnotation(mark: string, said: string, line: number): Annotation {
  const none = { line, proposed: mark === '?', values: {}, lineOf: () => line };
  const wrong = (says: string, at = line): Annotation => ({ ...none, problems: [{ line: at, says }] });
  if (mark === '') return wrong("an annotation begins with 'crossfade:', or with 'crossfade?' while it is proposed");
  if (said.includes('--')) return wrong("'--' may not stand in a comment: GitHub would show the rest");
  const plain = readPlainFlow(said);
  if (plain) return { ...none, values: plain, problems: [] };
  const block = /^[ \t]*\r?\n/.test(said);
  const counter = new LineCounter();
  // Everything is text: 1.10 stays a version, and 'no' a word.
  const parsed = parseDocument(block ? said : `{${said.trimEnd()}}`, {
    schema: 'failsafe',
    lineCounter: counter,
    uniqueKeys: true,
    prettyErrors: false,
  });
  const [error] = parsed.errors;
  if (error) return wrong(`the annotation can't be read: ${firstLine(error.message)}`, line + lineAt(error.pos[0]));
  if (!isMap(parsed.contents))
    return wrong('an annotation is a list of keys and values: { id: tests, role: engineer }');
  const { items } = parsed.contents;
  const lines = new Map<string, number>();
  for (const { key } of items) if (isScalar(key)) lines.set(String(key.value), line + lineAt(key.range[0]));
  let values: unknown;
  try {
    values = parsed.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return wrong('an annotation has no aliases');
  }
  return { ...none, values: values as Record<string, unknown>, lineOf: (key) => lines.get(key) ?? line, problems: [] };

  function lineAt(offset: number): number {
    return Math.max(0, counter.linePos(offset).line - 1);
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
