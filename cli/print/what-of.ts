import type { Plan } from '../../contract/plan.js';

/** What a run is about: a deploy of a release, and a rollback to one. */
export function whatOf(action: Plan['action'], version: string | undefined): string {
  return `${action} ${action === 'rollback' ? 'to' : 'of'} ${version ?? '?'}`;
}
