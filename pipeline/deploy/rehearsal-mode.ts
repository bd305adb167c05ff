import type { Rules } from '../../contract/rules.js';
import { liveColour } from '../live-colour.js';
import type { DeployFacts } from './deploy-facts.js';

/** As the rules say, but before a first release nobody can rehearse ahead: there is no backup yet, so the deploy does it. */
export function rehearsalMode({ rules, reading, slots }: DeployFacts): Rules['database']['rehearsal'] {
  const { rehearsal } = rules.database;
  return rehearsal === 'ahead' && liveColour(reading, slots) === null ? 'deploy' : rehearsal;
}
