/** A piece of a text that says one thing, with its place. */
export interface Clause {
  readonly text: string;
  /** Lines below the text's first. */
  readonly below: number;
  /** Words of the same line before it. */
  readonly before: string;
}

/**
 * Cuts a text into what says one thing each: at the ends of sentences, at semicolons, and at commas and words of joining
 * where both sides compare something.
 */
export function clausesOf(text: string): Clause[] {
  return joinedLines(text).flatMap(({ line, below }) => {
    const clauses: Clause[] = [];
    let at = 0;
    for (const end of [...ends(line), line.length]) {
      const part = line.slice(at, end);
      if (part.trim() !== '') clauses.push({ text: part, below, before: line.slice(0, at) });
      at = end;
    }
    return clauses;
  });
}

/** Wrapped sentences are one line again; a line that begins like a label or an item of its own stays apart. */
function joinedLines(text: string): { line: string; below: number }[] {
  const lines: { line: string; below: number }[] = [];
  for (const [below, line] of text.split('\n').entries()) {
    const last = lines.at(-1);
    const apart = /^\s*(?:[^\p{L}\d\s`"'(<>≤≥~]|\d+[.)]|[\p{L}\d][\p{L}\d ()/-]{0,40}:)/u.test(line);
    if (last && !apart && /^\s*[\p{Ll}\d`(<>≤≥]/u.test(line) && !/[.!?:]\s*$/.test(last.line))
      last.line += ` ${line.trimStart()}`;
    else lines.push({ line, below });
  }
  return lines;
}

const compares = /[<>≤≥]|\b(?:below|under|above|over|than|exceed|at least|at most|within|max|min|up to)/i;

function ends(line: string): number[] {
  const found: number[] = [];
  for (const { index, 0: mark } of line.matchAll(
    /[.!?]\s+(?=[\p{Lu}`])|;\s+|,\s+|\s+(?:and|or|und|et|y)\s+|\s+[-–—]\s+/gu,
  )) {
    const end = index + mark.length;
    const start = found.at(-1) ?? 0;
    const whole = /^[.!?;]|[-–—]/.test(mark.trim()[0] ?? '');
    const both =
      compares.test(line.slice(start, index)) &&
      /^[^,;]*?(?:[<>≤≥]|\b(?:below|under|above|over|than|exceed|at least|at most))/i.test(line.slice(end));
    if (whole || both) found.push(end);
  }
  return found;
}
