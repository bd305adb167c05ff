import { ConfigurationError } from '../../contract/errors.js';

/** Far more than any checklist that a person ticks. */
const MAX_BYTES = 2_000_000;
const MAX_LINE = 20_000;

/** A text with its lines, as they are: a mark at the beginning and every ending are kept. */
export interface Source {
  readonly file: string;
  /** With the byte order mark, where there is one. */
  readonly text: string;
  readonly lines: readonly SourceLine[];
  /** The ending that most lines have. */
  readonly ending: string;
}

export interface SourceLine {
  readonly text: string;
  /** Empty only at the end of the last line. */
  readonly ending: string;
}

/** Throws ConfigurationError for what is no text in UTF-8, or too large to be a checklist. */
export function readSource(file: string, bytes: Uint8Array): Source {
  refuseSize(file, bytes.length);
  const text = decode(file, bytes);
  const lines = splitLines(text);
  const long = lines.findIndex((line) => line.text.length > MAX_LINE);
  if (long >= 0) throw new ConfigurationError(`${file}:${long + 1}: the line has more than ${MAX_LINE} characters`);
  return { file, text, lines, ending: endingOf(lines) };
}

/** Throws ConfigurationError for more bytes than a checklist may have. */
export function refuseSize(file: string, bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new ConfigurationError(`${file}:1: ${bytes} bytes, more than the ${MAX_BYTES} of a checklist`, {
    hint: 'is it the right file? a checklist may be split by phase',
  });
}

function decode(file: string, bytes: Uint8Array): string {
  const binary = bytes.indexOf(0);
  if (binary >= 0) {
    const line = Buffer.from(bytes.subarray(0, binary)).toString('latin1').split('\n').length;
    throw new ConfigurationError(`${file}:${line}: binary: a checklist is Markdown, text in UTF-8`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new ConfigurationError(`${file}:${firstBadLine(bytes)}: not UTF-8`, {
      cause,
      hint: 'save it as UTF-8: a checklist is Markdown',
    });
  }
}

function firstBadLine(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return splitLines(text.slice(0, Math.max(0, text.indexOf('\uFFFD')))).length;
}

export function splitLines(text: string): SourceLine[] {
  const parts = text.split(/(\r\n|\n|\r)/);
  const lines: SourceLine[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    lines.push({ text: parts[index] ?? '', ending: parts[index + 1] ?? '' });
  }
  return lines;
}

function endingOf(lines: readonly SourceLine[]): string {
  const count = (ending: string): number => lines.filter((line) => line.ending === ending).length;
  return count('\r\n') > count('\n') ? '\r\n' : '\n';
}
