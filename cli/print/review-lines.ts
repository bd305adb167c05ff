import { describeDuration } from '../../contract/duration.js';
import type { MigrationActRecord, MigrationFinding, MigrationReviewRecord } from '../../contract/migration-review.js';

const words = { stop: 'STOP', warn: 'warn', note: 'note' } as const;

/** A review for people: per file what is wrong, then what each statement does. */
export function reviewLines(record: MigrationReviewRecord): string[] {
  return [...record.migrations.flatMap((id) => [...fileLines(id, record), '']), ...sizeLines(record), lastLine(record)];
}

function fileLines(id: string, { findings, acts }: MigrationReviewRecord): string[] {
  const own = findings.filter(({ migration }) => migration === id);
  const done = acts.filter(({ migration }) => migration === id);
  return [id, ...own.flatMap(findingLines), ...done.flatMap(actLines)];
}

function findingLines({
  migration,
  line,
  column,
  code,
  severity,
  because,
  safer,
  instead,
}: MigrationFinding): string[] {
  const place = column === undefined ? `${migration}:${line}` : `${migration}:${line}:${column}`;
  return [
    `  ${words[severity]}  ${place}  ${code}: ${because}`,
    `        safer: ${safer}`,
    ...(instead ?? []).flatMap((sql, index) => indented(sql, index === 0 ? '      write: ' : '       then: ')),
  ];
}

function indented(sql: string, head: string): string[] {
  return sql.split('\n').map((line, index) => `${index === 0 ? head : ' '.repeat(head.length)}${line}`);
}

function actLines(act: MigrationActRecord): string[] {
  const { line, what, rewrites, scans, phase, live, reverse, seconds, transaction } = act;
  const takes =
    seconds === null || (rewrites ?? scans) === undefined ? [] : [`about ${describeDuration(seconds * 1_000)}`];
  const facts = [
    `locks ${describeLocks(act)}`,
    ...(rewrites === undefined ? [] : ['rewrites the table']),
    ...(scans === undefined ? [] : ['reads every row']),
    ...takes,
    phase,
    `old application: ${live.answer === 'yes' ? 'works' : live.answer === 'no' ? 'BREAKS' : 'may break'}`,
    transaction === null ? 'commits by itself' : 'in a transaction',
  ];
  return [
    `  ${String(line).padStart(4)}  ${what}`,
    `        ${facts.join(' · ')}`,
    `        back: ${'sql' in reverse ? reverse.sql : `none (${reverse.none})`}`,
  ];
}

function describeLocks({ locks, alsoLocks }: MigrationActRecord): string {
  const named = locks.map(({ relation, mode, blocks }) => `${relation} ${mode} (blocks ${blocks})`);
  const all = alsoLocks === undefined ? named : [...named, alsoLocks];
  return all.length === 0 ? 'nothing' : all.join(', ');
}

function sizeLines({ database }: MigrationReviewRecord): string[] {
  if (database === null) return ['no database was asked: every table is taken for a large one that is in use'];
  const tables = database.tables.map(({ name, rows, bytes }) => `${name} ${Math.round(rows)} rows in ${bytes} bytes`);
  return [
    `sizes of PostgreSQL ${database.serverVersion}: ${tables.join(', ') || 'of no table'}; times by the rates in docs/migrations.md`,
  ];
}

function lastLine({ answer, findings }: MigrationReviewRecord): string {
  const stops = findings.filter(({ severity }) => severity === 'stop').length;
  const warnings = findings.filter(({ severity }) => severity === 'warn').length;
  const said = `${stops} ${stops === 1 ? 'stops' : 'stop'} a deploy, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  return answer === 'unknown' ? `UNKNOWN: not all of it could be read; ${said}` : said;
}
