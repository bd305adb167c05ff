import type { SqlFacts } from '../../checklist/lint/finding.js';
import { parseSql } from '../../platforms/postgres/review/parse-sql.js';
import { splitStatements } from '../../platforms/postgres/split-statements.js';

/** What PostgreSQL's own parser says, statement by statement: one that it does not take hides no other. */
export async function readSql(sql: string): Promise<SqlFacts> {
  const errors: SqlFacts['errors'][number][] = [];
  const indexes: SqlFacts['indexes'][number][] = [];
  const made = new Set<string>();
  for (const { text, line } of splitStatements(sql)) {
    const { statements, error } = await parseSql(text);
    if (error) errors.push({ below: line + error.line - 2, message: error.message });
    for (const { node } of statements) {
      if ('CreateStmt' in node) made.add(node.CreateStmt.relation?.relname ?? '');
      if (!('IndexStmt' in node)) continue;
      const { idxname = 'an index', concurrent = false, relation } = node.IndexStmt;
      if (!made.has(relation?.relname ?? ''))
        indexes.push({ below: line - 1, name: idxname, concurrently: concurrent });
    }
  }
  return { errors, indexes };
}
