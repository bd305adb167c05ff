import { hasSqlDetails, loadModule, parseSync, type Node } from 'libpg-query';
import { lineAt } from '../split-statements.js';

export interface ParsedStatement {
  readonly node: Node;
  readonly line: number;
}

export interface ParsedSql {
  readonly statements: readonly ParsedStatement[];
  readonly error: { readonly line: number; readonly message: string } | undefined;
  /** Line of a place that the parser gives in bytes. */
  readonly lineOf: (location: number | undefined) => number;
}

/** Parses with PostgreSQL's own grammar, of version 18. */
export async function parseSql(sql: string): Promise<ParsedSql> {
  await loadModule();
  const bytes = Buffer.from(sql, 'utf8');
  const lineOf = (location = 0) => lineAt(bytes.subarray(0, location).toString('utf8'), Infinity);
  // The parser takes nothing at all for a mistake; PostgreSQL doesn't.
  if (sql.trim() === '') return { statements: [], error: undefined, lineOf };
  try {
    const statements = (parseSync(sql).stmts ?? []).flatMap(({ stmt, stmt_location: start = 0 }) => {
      if (stmt === undefined) return [];
      const text = bytes.subarray(start).toString('utf8');
      return [{ node: stmt, line: lineOf(start) + lineAt(text, lengthOfLeadingBlank(text)) - 1 }];
    });
    return { statements, error: undefined, lineOf };
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    const line = lineAt(sql, error.sqlDetails?.cursorPosition ?? 0);
    return { statements: [], error: { line, message: error.message }, lineOf };
  }
}

/** Blanks and comments in front of a statement. */
function lengthOfLeadingBlank(text: string): number {
  return /^(?:\s|;|--[^\n]*|\/\*[^]*?\*\/)*/.exec(text)?.[0].length ?? 0;
}
