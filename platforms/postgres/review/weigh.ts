import { describeDuration } from '../../../contract/duration.js';
import type { PlacedAct, Problem } from './act.js';
import type { TableFact } from './database-facts.js';

export interface Scales {
  /** Of the act's own table; undefined where no database was asked. */
  readonly fact: TableFact | undefined;
  /** The longest that users' statements may wait. */
  readonly longestBlockMilliseconds: number;
}

/** A problem that grows with its table stops where that is large and used, and only warns where it is not. */
export function weigh(
  problem: Problem,
  act: Pick<PlacedAct, 'seconds'>,
  { fact, longestBlockMilliseconds }: Scales,
): Problem {
  if (problem.scales !== true || fact === undefined || act.seconds === undefined) return problem;
  const milliseconds = act.seconds * 1_000;
  const long = milliseconds > longestBlockMilliseconds;
  const uses = fact.usesPerSecond === undefined ? undefined : Math.round(fact.usesPerSecond * act.seconds);
  const unused = uses === 0;
  const size = `${Math.round(fact.rows)} rows, ${describeBytes(fact.tableBytes)}: about ${describeDuration(milliseconds)}`;
  const waiting = uses === undefined ? '' : `, in which ${uses} uses of it would wait`;
  const severity = long && !unused ? 'stop' : problem.severity === 'note' ? 'note' : 'warn';
  return { ...problem, severity, because: `${problem.because} (${size}${waiting})` };
}

export function describeBytes(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KiB`;
  if (bytes < 1024 ** 3) return `${Math.round(bytes / 1024 / 1024)} MiB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
