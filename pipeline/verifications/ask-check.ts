import { OperatorError } from '../../contract/errors.js';
import type { Check } from '../../contract/verification.js';
import type { Verdict } from '../../contract/verdict.js';
import { firstOf, inRange, judgeAnswer, unknown, type Rows } from './judge-answer.js';

export type Ask = (sql: string) => Promise<Rows>;

/** One of the ready questions, answered by the database's own catalogue and statistics. */
export async function askCheck(check: Check, ask: Ask): Promise<Verdict> {
  switch (check.kind) {
    case 'index-valid':
      return indexValid(check.index, ask);
    case 'enum-labels':
      return enumLabels(check, ask);
    case 'row-count':
      return numberOf(await ask(`SELECT count(*) FROM ${quoted(check.table)}`), check.rows, `rows in ${check.table}`);
    case 'row-ratio':
      return rowRatio(check, ask);
    case 'slow-queries':
      return slowQueries(check, ask);
    case 'index-use': {
      const rows = await ask(`SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelid = ${relation(check.index)}`);
      return rows.length === 0
        ? no(`there is no index ${check.index}`)
        : numberOf(rows, check.scans, `scans of ${check.index}`);
    }
    case 'table-size': {
      const rows = await ask(`SELECT pg_total_relation_size(${relation(check.table)})`);
      return firstOf(rows) === null
        ? no(`there is no table ${check.table}`)
        : numberOf(rows, check.bytes, `bytes in ${check.table}`);
    }
    case 'connections':
      return connections(check, ask);
    case 'replication-lag':
      return replicationLag(check, ask);
  }
}

type Of<Kind extends Check['kind']> = Extract<Check, { kind: Kind }>;

async function indexValid(index: string, ask: Ask): Promise<Verdict> {
  const [row] = await ask(`SELECT indisvalid, indisready FROM pg_index WHERE indexrelid = ${relation(index)}`);
  if (row === undefined) return no(`there is no index ${index}`);
  if (row[0] === 't' && row[1] === 't') return yes(`${index} is there, and valid`);
  return no(`${index} is invalid: a CREATE INDEX CONCURRENTLY of it was cut off`);
}

async function enumLabels({ type, labels }: Of<'enum-labels'>, ask: Ask): Promise<Verdict> {
  const rows = await ask(
    `SELECT enumlabel FROM pg_enum WHERE enumtypid = to_regtype(${literal(quoted(type))}) ORDER BY enumsortorder`,
  );
  return rows.length === 0 ? no(`there is no enum ${type}`) : judgeAnswer({ set: labels }, rows, undefined);
}

async function rowRatio({ of, to, ratio }: Of<'row-ratio'>, ask: Ask): Promise<Verdict> {
  const rows = await ask(
    `SELECT round((SELECT count(*) FROM ${quoted(of)})::numeric / nullif((SELECT count(*) FROM ${quoted(to)}), 0), 4)`,
  );
  if (firstOf(rows) === null) return no(`${to} has no rows, so there is no ratio`);
  return numberOf(rows, ratio, `rows of ${of} for each of ${to}`);
}

async function slowQueries(check: Of<'slow-queries'>, ask: Ask): Promise<Verdict> {
  const [place] = await ask(
    "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'",
  );
  const absent = (because: string): Verdict => (check.ifThere ? yes(`not looked at: ${because}`) : unknown(because));
  if (place?.[0] === undefined || place[0] === null) return absent('pg_stat_statements is not there');
  // Numbers only: a statement's text may hold anything.
  const slow = `calls >= ${check.minimumCalls} AND mean_exec_time > ${check.meanMilliseconds}`;
  const database = 'dbid = (SELECT oid FROM pg_database WHERE datname = current_database())';
  try {
    const rows = await ask(
      `SELECT queryid, round(mean_exec_time::numeric, 1), calls FROM ${place[0]}.pg_stat_statements WHERE ${database} AND ${slow} ORDER BY 2 DESC LIMIT 1000`,
    );
    const worst = rows
      .slice(0, 5)
      .map(([id, mean, calls]) => `${id ?? '?'} (${mean ?? '?'} ms, ${calls ?? '?'} calls)`);
    const { answer } = inRange({ atMost: check.atMost }, rows.length, 'slow queries');
    const list = worst.length === 0 ? '' : `: ${worst.join(', ')}`;
    return {
      answer,
      because: `${rows.length} queries take more than ${check.meanMilliseconds} ms in the mean, at most ${check.atMost} may${list}`,
      evidence: { value: String(rows.length) },
    };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return absent(`pg_stat_statements can't be asked: ${error.message}`);
  }
}

async function connections({ atMostPercent, pool }: Of<'connections'>, ask: Ask): Promise<Verdict> {
  const [row] = await ask(
    "SELECT count(*), current_setting('max_connections') FROM pg_stat_activity WHERE backend_type = 'client backend'",
  );
  const [used, allowed] = [Number(row?.[0]), pool ?? Number(row?.[1])];
  const percent = Math.round((used / allowed) * 1_000) / 10;
  const { answer, because } = inRange({ atMost: atMostPercent }, percent, '%');
  return { answer, because: `${used} of ${allowed} connections: ${because}`, evidence: { value: String(used) } };
}

async function replicationLag({ atMostSeconds, replicas }: Of<'replication-lag'>, ask: Ask): Promise<Verdict> {
  const rows = await ask(
    "SELECT application_name, state, coalesce(extract(epoch FROM replay_lag), 0)::float8 FROM pg_stat_replication WHERE application_name NOT LIKE 'crossfade %'",
  );
  if (rows.length < replicas) return no(`${rows.length} replicas are connected, expected at least ${replicas}`);
  const late = rows.filter(([, state, lag]) => state !== 'streaming' || Number(lag) > atMostSeconds);
  const worst = Math.max(0, ...rows.map(([, , lag]) => Number(lag)));
  if (late.length === 0) return yes(`${rows.length} replicas, at most ${worst} s behind`);
  const names = late.map(([name, state, lag]) => `${name ?? '?'} (${state ?? '?'}, ${lag ?? '?'} s)`).join(', ');
  return no(`behind by more than ${atMostSeconds} s, or not streaming: ${names}`);
}

function numberOf(rows: Rows, range: Of<'row-count'>['rows'], what: string): Verdict {
  return inRange(range, Number(firstOf(rows)), what);
}

/** Each part in quotes; the contract lets no quote through. */
function quoted(name: string): string {
  const parts = name.includes('.') ? name.split('.') : ['public', name];
  return parts.map((part) => `"${part}"`).join('.');
}

function relation(name: string): string {
  return `to_regclass(${literal(quoted(name))})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function yes(because: string): Verdict {
  return { answer: 'yes', because, evidence: {} };
}

function no(because: string): Verdict {
  return { answer: 'no', because, evidence: {} };
}
