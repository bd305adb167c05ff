import type { EnvironmentConfiguration } from '../../contract/configuration.js';
import { describeDuration } from '../../contract/duration.js';
import type { Facts } from '../status/status.js';
import { fine, wrong, type Check } from './check.js';

/** Whether a backup was restored lately, where there is a database. Pure. */
export function checkDrill({ database, rules }: EnvironmentConfiguration, { drill, now, environment }: Facts): Check[] {
  if (database === null) return [];
  const name = 'restore drill';
  const mend = `crossfade drill restore ${environment}`;
  const within = rules.database.restoreDrill;
  if (drill === undefined) {
    if (within === null) return [{ name, answer: 'unknown', because: 'no backup was ever restored to try it', mend }];
    return [wrong(name, 'no backup was ever restored to try it, so deploys are refused', mend)];
  }
  if (drill.answer !== 'yes') return [wrong(name, `the last one was not good: ${drill.because}`, mend)];
  const age = Math.max(0, now.getTime() - Date.parse(drill.at));
  const took = `restored in ${describeDuration(drill.milliseconds)}, ${describeDuration(age)} ago`;
  if (within === null || age <= within) return [fine(name, took)];
  return [wrong(name, `${took}; after ${describeDuration(within)} deploys are refused`, mend)];
}
