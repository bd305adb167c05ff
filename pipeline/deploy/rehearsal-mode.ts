import type { EnvironmentOutputs } from '../../contract/outputs.js';
import type { Rules } from '../../contract/rules.js';
import { liveColour } from '../live-colour.js';
import type { DeployFacts } from './deploy-facts.js';

type Mode = NonNullable<Rules['database']['rehearsal']>;

/** As the rules say; before a first release nobody can rehearse ahead, because there is no backup yet. */
export function rehearsalMode({ rules, outputs, reading, slots }: DeployFacts): Mode {
  const mode = rules.database.rehearsal ?? usual(outputs);
  if (mode !== 'ahead' || liveColour(reading, slots) !== null) return mode;
  return outputs.platform === 'local' ? 'deploy' : 'never';
}

/** On this machine a copy is there in a second; on AWS an instance is made for it, which no deploy has to wait for. */
function usual(outputs: EnvironmentOutputs): Mode {
  if (outputs.platform === 'local') return 'deploy';
  return outputs.database?.rehearsal ? 'ahead' : 'never';
}

/** Whether releases are started on the copy, too. */
export function rehearsesReleases(outputs: EnvironmentOutputs): boolean {
  return outputs.platform === 'local' || Boolean(outputs.database?.rehearsal);
}
