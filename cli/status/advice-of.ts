import { describeWeights, wholeColour } from '../../contract/weights.js';
import type { Advice, Facts, InFlight, Status } from './status.js';

type Known = Omit<Status, 'warnings' | 'advice'>;

/** The one command. Pure; the first rule that fits wins. */
export function adviceOf(facts: Facts, status: Known): Advice {
  const { environment, known, reading } = facts;
  if (!known) {
    const type = `eval "$(crossfade env ${environment})" && pulumi up --stack ${environment}`;
    return { type, because: 'the environment was never up' };
  }
  if (!('value' in reading)) {
    return {
      type: `crossfade doctor ${environment}`,
      because: reading.hint ?? 'it says what is missing and how to mend it',
    };
  }
  if (status.inFlight) return adviceInFlight(environment, status.inFlight, status);
  return adviceAtRest(environment, status);
}

function adviceInFlight(environment: string, run: InFlight, { weights }: Known): Advice {
  const rollback = `crossfade rollback ${environment}`;
  const resume = `crossfade resume ${environment}`;
  if (run.parked === undefined) {
    if (run.turned) return { type: undefined, because: 'nothing: the run is putting traffic back by itself' };
    return {
      type: rollback,
      because: 'if users are hurt: the run in flight turns within two seconds. Else nothing: it goes on',
    };
  }
  if (run.turned) return { type: resume, because: 'the run had decided to go back and was stopped: this ends it' };
  const split = weights !== null && wholeColour(weights) === undefined;
  if (split)
    return {
      type: rollback,
      because: `nobody is at work and traffic is ${describeWeights(weights)}: this undoes the run`,
    };
  return { type: resume, because: `goes on where it stopped; 'crossfade abort ${environment}' undoes it` };
}

function adviceAtRest(environment: string, { live, beside, before, weights, timesBack }: Known): Advice {
  if (live === null) {
    const split = weights !== null && wholeColour(weights) === undefined;
    if (split)
      return {
        type: `crossfade history ${environment}`,
        because: 'traffic is split and no run owns it: see who did that',
      };
    return { type: `crossfade deploy ${environment} VERSION`, because: 'nothing is live yet' };
  }
  if (beside === null || beside.unfit !== undefined) {
    const why = beside?.unfit ?? 'there is no other slot';
    const type = `crossfade rollback ${environment} --to ${before ?? 'VERSION'}`;
    return { type, because: `if users are hurt. ${why}, so this deploys a stored release, and takes as long` };
  }
  const measured = timesBack.length === 0 ? '' : ', at once';
  const what = `${beside.colour}${beside.version === undefined ? '' : ` ${beside.version}`}`;
  return {
    type: `crossfade rollback ${environment}`,
    because: `if users are hurt: all traffic back to ${what}${measured}`,
  };
}
