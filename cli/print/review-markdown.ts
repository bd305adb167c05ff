import type { MigrationFinding, MigrationReviewRecord } from '../../contract/migration-review.js';
import { codeBlock } from './markdown-code.js';

const headings = {
  yes: 'Migrations: nothing stops a deploy',
  no: 'Migrations: a deploy would be refused',
  unknown: 'Migrations: nobody can tell, so a deploy would be refused',
} as const;

/** A review as a comment on a pull request. SQL and names are untrusted: they stand in code or are escaped. */
export function reviewMarkdown(record: MigrationReviewRecord): string {
  const shown = record.findings.filter(({ severity }) => severity !== 'note');
  const rows = shown.map(
    ({ severity, code, because, safer, ...place }) =>
      `| ${severity} | ${cell(placeOf(place))} | ${code} | ${cell(because)} | ${cell(safer)} |`,
  );
  const rewritten = shown.filter(({ instead }) => instead !== undefined);
  const lines = [
    `### ${headings[record.answer]}`,
    '',
    ...(rows.length === 0
      ? ['No warnings.']
      : ['| | where | code | why | safer |', '| --- | --- | --- | --- | --- |', ...rows]),
    ...rewritten.flatMap((finding) => [
      '',
      `${cell(placeOf(finding))}, instead:`,
      '',
      ...(finding.instead ?? []).map((sql) => codeBlock(sql, 'sql')),
    ]),
    '',
    `<sub>${sizes(record)}</sub>`,
  ];
  return `${lines.join('\n')}\n`;
}

function placeOf({ migration, line, column }: Pick<MigrationFinding, 'migration' | 'line' | 'column'>): string {
  return column === undefined ? `${migration}:${line}` : `${migration}:${line}:${column}`;
}

/** Nothing in it is markup, a link, a mention or the end of the cell. */
function cell(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|~$^:]/g, (sign) => `\\${sign}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replace(/\s*\n\s*/g, ' ');
}

function sizes({ database, longestBlockMilliseconds }: MigrationReviewRecord): string {
  return database === null
    ? 'No database was asked: every table is taken for a large one.'
    : `By the sizes that tables have now; a lock may keep others waiting for ${longestBlockMilliseconds} ms.`;
}
