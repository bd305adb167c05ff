import type { Answer } from '../../../contract/verdict.js';
import type { Act, PlacedAct, Problem } from './act.js';
import { actsOf } from './acts-of.js';
import type { DatabaseFacts } from './database-facts.js';
import { secondsOf } from './estimate.js';
import { duplicates } from './duplicates.js';
import { findingsOf, type Finding } from './file-findings.js';
import { foreignText } from './foreign-text.js';
import { insteadOf } from './instead.js';
import { longNames } from './long-names.js';
import { parseSql, type ParsedSql, type ParsedStatement } from './parse-sql.js';
import { missingLimits } from './missing-limits.js';
import { runnerOf } from './runner.js';
import { nothingRemembered, type Remembered, type Scene } from './scene.js';
import type { Script } from './script.js';
import { transactionsOf } from './transactions.js';
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
  };
  const acts = placedActs(script, parsed, scene);
  const around = { factOf, longestBlockMilliseconds: options.longestBlockMilliseconds ?? 1_000 };
  const at = (line: number) => ({ migration: script.id, line });
  const findings: Finding[] = [
    ...(parsed.statements.length === 0 ? [{ ...at(1), ...empty }] : []),
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

function placedActs(script: Script, { statements }: ParsedSql, scene: Scene): PlacedAct[] {
  const made = statements.map((statement) => {
    const before = scene.fresh.size;
    const acts = actsOf(statement, scene);
    // What this statement itself has made was added last.
    const own = new Set(scene.fresh.size === before ? [] : [...scene.fresh].slice(before));
    const fresh = (relation: string) => scene.fresh.has(relation) && !own.has(relation);
    return acts.map((act) => ({ ...act, fresh: act.locks.map(({ relation }) => relation).filter(fresh) }));
  });
  const pieces = statements.map(({ node }, index) => ({
    node,
    alone: made[index]?.some(({ alone }) => alone) ?? false,
  }));
  const transactions = transactionsOf(script, pieces);
  return made.flatMap((acts, index) =>
    acts.map((act): PlacedAct => {
      const { transaction, problems = [] } = transactions[index] ?? { transaction: undefined };
      const own = act.problems.map((problem) => withInstead(problem, statements[index], script));
      const placed = { ...act, statement: index, problems: [...own, ...problems], transaction };
      return { ...placed, seconds: secondsOfAct(placed, scene) };
    }),
  );
}

function withInstead(problem: Problem, statement: ParsedStatement | undefined, { runner }: Script): Problem {
  const instead = statement === undefined ? undefined : insteadOf(problem.code, statement, runner);
  return instead === undefined ? problem : { ...problem, instead };
}

function secondsOfAct(act: Act & Pick<PlacedAct, 'fresh'>, scene: Scene): number | undefined {
  const [first] = act.locks;
  if (act.effort === 'none') return 0;
  if (first === undefined) return undefined;
  if (act.fresh.includes(first.relation)) return 0;
  const fact = scene.factOf(first.relation);
  return fact === undefined ? undefined : secondsOf(act.effort, fact);
}

function unread(script: Script, { kind, line, column, message }: NonNullable<ParsedSql['error']>): ScriptReview {
  const finding: Finding = {
    migration: script.id,
    line,
    column,
    code: kind === 'syntax' ? 'syntax-error' : 'unreadable',
    severity: kind === 'syntax' ? 'stop' : 'warn',
    because: message,
    safer: kind === 'syntax' ? 'mend it; it is read as PostgreSQL 18 would' : 'cut it into several files',
  };
  return { id: script.id, read: false, acts: [], findings: [finding] };
}
