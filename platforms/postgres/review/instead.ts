import type { AlterTableCmd, AlterTableStmt, Constraint, Node } from 'libpg-query';
import { relationName, quoteName, wordsOf } from './names.js';
import type { ParsedStatement } from './parse-sql.js';
import type { RunnerName } from './runner.js';

const mark = '-- crossfade: no-transaction\n';

/**
 * What to write instead of a statement with this problem, a file each, in order; undefined where the text alone doesn't
 * tell it. Every answer does in the end what the statement did.
 */
export function insteadOf(code: string, statement: ParsedStatement, runner: RunnerName): readonly string[] | undefined {
  const alone = (sql: string) => `${runner === 'crossfade' ? mark : ''}${sql};`;
  const { text, node } = statement;
  switch (code) {
    case 'index-blocks-writes':
      return inserted(text, /^create\s+(?:unique\s+)?index\b/i, alone);
    case 'drop-index-locks':
      return inserted(text, /^drop\s+index\b/i, alone);
    case 'reindex-locks':
      return inserted(text, /^reindex\s+(?:\([^)]*\)\s*)?(?:index|table|schema|database)\b/i, alone);
    case 'detach-locks':
      return onlyCommand(node) === undefined ? undefined : [alone(`${ended(text)}CONCURRENTLY`)];
    case 'constraint-validates':
    case 'unique-builds-index':
    case 'not-null-scans':
      return 'AlterTableStmt' in node ? ofCommand(code, node.AlterTableStmt, text, alone) : undefined;
    default:
      return undefined;
  }
}

/** A comment at its end must not swallow what is put behind it. */
function ended(text: string): string {
  return text.includes('--') ? `${text}\n  ` : `${text} `;
}

function inserted(text: string, head: RegExp, alone: (sql: string) => string): string[] | undefined {
  const [words] = head.exec(text) ?? [];
  return words === undefined ? undefined : [alone(`${words} CONCURRENTLY${text.slice(words.length)}`)];
}

function onlyCommand(node: Node): AlterTableCmd | undefined {
  if (!('AlterTableStmt' in node)) return undefined;
  const [first, ...more] = node.AlterTableStmt.cmds ?? [];
  return first !== undefined && 'AlterTableCmd' in first && more.length === 0 ? first.AlterTableCmd : undefined;
}

function ofCommand(
  code: string,
  statement: AlterTableStmt,
  text: string,
  alone: (sql: string) => string,
): string[] | undefined {
  const command = onlyCommand({ AlterTableStmt: statement });
  const table = relationName(statement.relation);
  if (command === undefined) return undefined;
  if (code === 'not-null-scans') return notNull(table, command.name ?? '');
  const { def } = command;
  const constraint = def !== undefined && 'Constraint' in def ? def.Constraint : undefined;
  if (constraint?.conname === undefined) return undefined;
  const name = quoteName(constraint.conname);
  if (code === 'constraint-validates')
    return [`${ended(text)}NOT VALID;`, `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`];
  const columns = plainKeys(constraint);
  if (columns === undefined) return undefined;
  return [
    alone(`CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} (${columns})`),
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} UNIQUE USING INDEX ${name};`,
  ];
}

function notNull(table: string, column: string): string[] {
  const bare = table.slice(table.lastIndexOf('.') + 1).replaceAll('"', '');
  // PostgreSQL 18 gives NOT NULL itself a name that ends in _not_null.
  const check = quoteName(`${bare}_${column}_known`.slice(0, 60));
  return [
    `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${quoteName(column)} IS NOT NULL) NOT VALID;`,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
    `ALTER TABLE ${table} ALTER COLUMN ${quoteName(column)} SET NOT NULL;\nALTER TABLE ${table} DROP CONSTRAINT ${check};`,
  ];
}

/** A primary key is left out: it also says NOT NULL, which needs a proof of its own. */
function plainKeys({
  contype,
  keys,
  including,
  deferrable,
  nulls_not_distinct: distinct,
  options,
}: Constraint): string | undefined {
  if (contype !== 'CONSTR_UNIQUE' || including !== undefined || deferrable === true || options !== undefined)
    return undefined;
  return distinct === true ? undefined : (keys ?? []).flatMap(wordsOf).map(quoteName).join(', ');
}
