import type { Answer } from '../../../contract/verdict.js';
import type { PlacedAct, Problem } from './act.js';
import type { DatabaseFacts } from './database-facts.js';
import { duplicates } from './duplicates.js';
import { findingsOf, type Finding } from './file-findings.js';
import { foreignText } from './foreign-text.js';
import { longNames } from './long-names.js';
import { missingLimits } from './missing-limits.js';
import { parseSql, type ParsedSql } from './parse-sql.js';
import { placedActs } from './placed-acts.js';
import { runnerOf } from './runner.js';
import { nothingRemembered, type Remembered, type Scene } from './scene.js';
import type { Script } from './script.js';
import { unknownTables } from './unknown-tables.js';

export interface ScriptReview {
  readonly id: string;
  /** False: it can't be parsed, so nothing is known of it. */
  readonly read: boolean;
  readonly acts: readonly PlacedAct[];
  readonly findings: readonly Finding[];
}

export interface ReviewOptions {
  /** Left out: sizes are unknown, and every table is taken for a large one that is in use. */
  readonly facts?: DatabaseFacts;
  /** The longest that users' statements may wait. */
  readonly longestBlockMilliseconds?: number;
  /** Without facts: a release is live, so what is made IF NOT EXISTS may have stood for years. */
  readonly somethingLive?: boolean;
}

/** Reads scripts in the order in which they run. Asks no database. */
export async function reviewScripts(scripts: readonly Script[], options: ReviewOptions = {}): Promise<ScriptReview[]> {
  const remembered = nothingRemembered();
  const reviews: ScriptReview[] = [];
  for (const script of scripts) reviews.push(await reviewOne(script, remembered, options));
  return reviews;
}

/** Tables, and indexes whose tables are meant, that the scripts work on: what to ask a database about. */
export function relationsOf(reviews: readonly ScriptReview[]): string[] {
  const locked = reviews.flatMap(({ acts }) => acts.flatMap(({ locks }) => locks.map(({ relation }) => relation)));
  return [...new Set(locked.map((relation) => relation.replace(/^table of /, '')))].filter((name) => name !== '');
}

/** No while anything stops; unknown where something could not be read. */
export function answerOf(reviews: readonly ScriptReview[]): Answer {
  if (reviews.some(({ findings }) => findings.some(({ severity }) => severity === 'stop'))) return 'no';
  const known = reviews.every(({ read, findings }) => read && findings.every(({ unknown }) => unknown !== true));
  return known ? 'yes' : 'unknown';
}

async function reviewOne(script: Script, remembered: Remembered, options: ReviewOptions): Promise<ScriptReview> {
  const foreign = foreignText(script);
  if (foreign.length > 0) return { id: script.id, read: false, acts: [], findings: foreign };
  const parsed = await parseSql(script.sql);
  if (parsed.error !== undefined) return unread(script, parsed.error);
  const factOf = (table: string) => options.facts?.tables.get(table.replace(/^table of /, ''));
  const scene: Scene = {
    ...remembered,
    outside: runnerOf(script.runner).outside,
    lineOf: parsed.lineOf,
    factOf,
    mayStand: (table) => (options.facts === undefined ? options.somethingLive === true : factOf(table) !== undefined),
  };
  const acts = placedActs(script, parsed.statements, scene);
  const around = { factOf, longestBlockMilliseconds: options.longestBlockMilliseconds ?? 1_000 };
  const at = (line: number) => ({ migration: script.id, line });
  const findings: Finding[] = [
    ...(parsed.statements.length === 0 ? [{ ...at(1), ...empty }] : []),
    ...(/^-- PostgreSQL database dump$/m.test(script.sql) ? [{ ...at(1), ...dump }] : []),
    ...findingsOf(script, acts, around),
    ...parsed.statements.flatMap(({ node, line, text }) =>
      [...longNames(node, text), ...duplicates(node)].map((problem) => ({ ...at(line), ...problem })),
    ),
    ...missingLimits(script, parsed.statements, acts),
    ...(options.facts === undefined ? [] : unknownTables(script, acts, options.facts, scene.fresh)),
  ];
  return { id: script.id, read: true, acts, findings: findings.sort((one, other) => one.line - other.line) };
}

const empty: Problem = {
  code: 'empty-migration',
  severity: 'warn',
  because: 'there is no statement in it',
  safer: 'leave it out',
};

/** Such as Rails' db/structure.sql. */
const dump: Problem = {
  code: 'schema-dump',
  severity: 'warn',
  because: 'it says what a schema is, not what changes: of tables that stand already it tells nothing',
  safer: 'review what the tool runs, such as the log of its migration',
  unknown: true,
};

function unread(script: Script, error: NonNullable<ParsedSql['error']>): ScriptReview {
  const { line, column } = error;
  const finding: Finding = { migration: script.id, line, column, ...whyUnread(script, error) };
  return { id: script.id, read: false, acts: [], findings: [finding] };
}

function whyUnread({ sql }: Script, { kind, line, column, message }: NonNullable<ParsedSql['error']>): Problem {
  if (kind === 'unreadable')
    return { code: 'unreadable', severity: 'warn', because: message, safer: 'cut it into several files' };
  const from = Array.from(sql.split('\n')[line - 1] ?? '').slice(column - 1);
  // The grammar has the words, to say that there is no such thing.
  if (/^drop\s+value\b/i.test(from.join(''))) return enumValueDropped;
  return {
    code: 'syntax-error',
    severity: 'stop',
    because: message,
    safer: 'mend it; it is read as PostgreSQL 18 would',
  };
}

const enumValueDropped: Problem = {
  code: 'enum-value-dropped',
  severity: 'stop',
  because: 'PostgreSQL can not drop a value of an enum',
  safer:
    'leave it, and write it no more; or fill a second column of a second type, and drop the first one in a later release',
};
