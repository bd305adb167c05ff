import type { RunnerName } from './runner.js';
import type { Script } from './script.js';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const contractMark = /^--\s*crossfade:\s*contract\s*$/;

/** What `-- crossfade: contract` on a file's first line says, whoever runs it. */
export function phaseOf(sql: string): Script['phase'] {
  return contractMark.test(sql.split('\n', 1)[0]?.trim() ?? '') ? 'contract' : 'expand';
}

/** By the file's name and by what only one tool writes. What nobody claims is Crossfade's own plain SQL. */
export function runnerOfFile({ path, text }: SourceFile): RunnerName {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'migration.sql') return 'prisma';
  if (/^[VRU]\d*[\d._]*__.+\.sql$/.test(name)) return 'flyway';
  if (/\.(up|down)\.sql$/.test(name) || upMark.test(text)) return 'node';
  if (/\balembic_version\b/.test(text)) return 'alembic';
  if (/\binto\s+(?:"?public"?\.)?"?schema_migrations"?/i.test(text) || railsLog.test(text)) return 'rails';
  return djangoHead.test(text) ? 'django' : 'crossfade';
}

/** What one tool's file would run going up; line numbers stay what they are in the file. */
export function scriptOf({ path, text }: SourceFile, runner: RunnerName): Script {
  return { id: path, runner, phase: phaseOf(text), sql: upwards(text, runner) };
}

/** A file that takes a migration back. */
export function isDownwards(path: string): boolean {
  return /\.down\.sql$|(?:^|\/)U[^/]*__[^/]+\.sql$/.test(path);
}

/** node-pg-migrate's mark of a section (src/sqlMigration.ts: getActions). */
const upMark = /^\s*--[\s-]*up\s+migration/im;
const downMark = /^\s*--[\s-]*down\s+migration/im;
/** Django's sqlmigrate writes a comment of three lines above each operation. */
const djangoHead = /^(?:BEGIN;\r?\n)?--\r?\n-- .+\r?\n--\r?\n/;
/** ActiveRecord's log: a name, the time in brackets, the SQL. */
const railsLog = /^\s*(?:[A-Z][\w:]* )*(?:[A-Z]+ )?\(\d+\.\d+ms\)\s+\S/m;

function upwards(text: string, runner: RunnerName): string {
  if (runner === 'node') return upSection(text);
  if (runner === 'alembic') return text.replace(/^(?:INFO|DEBUG|WARNI?[A-Z]*) +\[[^\n]*$/gm, '');
  return runner === 'rails' && railsLog.test(plainText(text)) ? loggedSql(text) : text;
}

function upSection(text: string): string {
  const up = text.search(upMark);
  const down = text.search(downMark);
  if (down < 0) return text;
  const end = down > up ? down : undefined;
  const start = up >= 0 ? up : 0;
  return `${blank(text.slice(0, start))}${text.slice(start, end)}`;
}

/** Only its line ends, so that lines keep their numbers. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, '');
}

function loggedSql(text: string): string {
  const line = /^\s*(?:[A-Z][\w:]* )*(?:[A-Z]+ )?\(\d+\.\d+ms\)\s+(.+?)(?:\s+\[\[.*\]\])?\s*$/;
  return plainText(text)
    .split('\n')
    .map((logged) => line.exec(logged)?.[1] ?? '')
    .map((sql) => (sql === '' || sql.endsWith(';') ? sql : `${sql};`))
    .join('\n');
}

/** Without the colours that a terminal gets. */
function plainText(text: string): string {
  return text.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
}
