import { hasSqlDetails, loadModule, parseSync, type Node } from 'libpg-query';

/** A place in a file, both from 1; a column counts characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface ParsedStatement {
  readonly node: Node;
  readonly line: number;
  /** Without blanks and comments around it, and without its semicolon. */
  readonly text: string;
}

/** `syntax`: PostgreSQL would refuse it. `unreadable`: nobody can tell what it would do. */
export interface ParseError extends Place {
  readonly kind: 'syntax' | 'unreadable';
  readonly message: string;
}

export interface ParsedSql {
  readonly statements: readonly ParsedStatement[];
  readonly error: ParseError | undefined;
  /** Line of a place that the parser gives in bytes. */
  readonly lineOf: (location: number | undefined) => number;
}

/** Beyond it the parser takes seconds and hundreds of megabytes. */
const largestBytes = 8 * 1024 * 1024;

/** Parses with PostgreSQL's own grammar, of version 18. */
export async function parseSql(sql: string): Promise<ParsedSql> {
  await loadModule();
  const bytes = Buffer.from(sql, 'utf8');
  const lineOf = lineFinder(bytes);
  const failed = (error: ParseError): ParsedSql => ({ statements: [], error, lineOf });
  const unreadable = whyUnreadable(sql, bytes.length);
  if (unreadable !== undefined) return failed(unreadable);
  // The parser takes nothing at all for a mistake; PostgreSQL doesn't.
  if (sql.trim() === '') return { statements: [], error: undefined, lineOf };
  try {
    const statements = (parseSync(sql).stmts ?? []).flatMap(({ stmt, stmt_location: from = 0, stmt_len: length }) => {
      if (stmt === undefined) return [];
      const whole = bytes.subarray(from, length === undefined ? undefined : from + length).toString('utf8');
      const blank = leadingBlank(whole);
      const line = lineOf(from + Buffer.byteLength(blank));
      return [{ node: stmt, line, text: whole.slice(blank.length).trimEnd() }];
    });
    return { statements, error: undefined, lineOf };
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    const place = placeOf(sql, error.sqlDetails?.cursorPosition ?? 0);
    return failed({ kind: 'syntax', ...place, message: error.message });
  }
}

/** The parser would stop at a NUL and say nothing of what comes behind it. */
function whyUnreadable(sql: string, bytes: number): ParseError | undefined {
  if (bytes > largestBytes) {
    const message = `${bytes} bytes are more than are read at once (${largestBytes})`;
    return { kind: 'unreadable', line: 1, column: 1, message };
  }
  const nul = sql.indexOf('\0');
  if (nul < 0) return undefined;
  const place = placeOf(sql, Array.from(sql.slice(0, nul)).length);
  return { kind: 'syntax', ...place, message: 'a NUL byte, which no text of PostgreSQL can hold' };
}

/** Place of a character, counted from 0 in code points as PostgreSQL counts them. */
function placeOf(sql: string, position: number): Place {
  const before = Array.from(sql).slice(0, position).join('');
  const last = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: Array.from(before.slice(last + 1)).length + 1 };
}

function lineFinder(bytes: Buffer): (location: number | undefined) => number {
  const starts = [0];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return (location = 0) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= location) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** Blanks and comments in front of a statement. */
function leadingBlank(text: string): string {
  let at = 0;
  for (;;) {
    const simple = /^(?:\s|;|--[^\n]*)+/.exec(text.slice(at))?.[0].length ?? 0;
    const length = simple === 0 && text.startsWith('/*', at) ? lengthOfComment(text, at) : simple;
    if (length === 0) return text.slice(0, at);
    at += length;
  }
}

/** They nest. */
function lengthOfComment(text: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 0;
  for (let found = edge.exec(text); found !== null; found = edge.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex - from;
  }
  return text.length - from;
}
