import { describeWeights, wholeColour } from '../../contract/weights.js';
import { OperatorError } from '../../contract/errors.js';
import { liveRecord } from '../../journal/live-record.js';
import { chooseWayBack } from '../../pipeline/choose-way-back.js';
import type { Advice, Facts, InFlight, Status } from './status.js';

type Known = Omit<Status, 'warnings' | 'advice'>;

/** The one command. Pure; the first rule that fits wins. */
export function adviceOf(facts: Facts, status: Known): Advice {
  const { environment, known, reading } = facts;
  if (!known) return { type: bringUp(environment), because: 'the environment was never up' };
  if (!('value' in reading)) {
    if (reading.mendedByUp) {
      return { type: bringUp(environment), because: 'starts the balancer again, with the weights as they were' };
    }
    return {
      type: `crossfade doctor ${environment}`,
      because: reading.hint ?? 'it says what is missing and how to mend it',
    };
  }
  if (status.inFlight) return adviceInFlight(environment, status.inFlight, status);
  if (status.maintenance !== null && status.live !== null) {
    return {
      type: `crossfade maintenance off ${environment}`,
      because: 'once what the page is for is done: lets users in again',
    };
  }
  return adviceAtRest(facts, status);
}

/** What is typed to bring an environment up, the first time or again. */
function bringUp(environment: string): string {
  return `eval "$(crossfade env ${environment})" && pulumi up --stack ${environment}`;
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
      because: `nobody is at work and traffic is ${describeWeights(weights)}: this undoes the run; '${resume}' goes on with it`,
    };
  if (run.waitsFor.length > 0) {
    const whom = run.waitsFor.map(({ role }) => role).join(', ');
    return { type: resume, because: `once ${whom} has decided; 'crossfade abort ${environment}' undoes the run` };
  }
  return { type: resume, because: `goes on where it stopped; 'crossfade abort ${environment}' undoes it` };
}

function adviceAtRest(facts: Facts, { live, beside, before, timesBack }: Known): Advice {
  const { environment } = facts;
  if (live === null) {
    const open = 'value' in facts.reading && Object.keys(facts.reading.value.services).length > 0;
    const standing = 'value' in facts.slots && Object.values(facts.slots.value).some((slot) => slot.standing);
    if (open && standing) return adviceOnSplit(facts);
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

/** Split or mixed, and no run owns it. */
function adviceOnSplit({ environment, reading, slots, unproven, deadMan, history }: Facts): Advice {
  const rollback = `crossfade rollback ${environment}`;
  if (!('value' in reading) || !('value' in slots)) return { type: rollback, because: 'it says what it can tell' };
  const armed = 'value' in deadMan ? deadMan.value.armed : undefined;
  const recorded = liveRecord(history.flatMap(({ state }) => (state ? [state] : [])));
  const whose = history.some(({ problem }) => problem !== undefined)
    ? 'no run that can be read owns the traffic'
    : 'no run owns the traffic';
  const seen = { reading: reading.value, slots: slots.value, unproven, armed, recorded };
  try {
    const { to, assumed } = chooseWayBack({ environment, ...seen, asked: undefined });
    return {
      type: rollback,
      because: `${whose}: this gives ${to} all of it, because ${assumed ?? 'it was live'}`,
    };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return {
      type: `${rollback} --slot COLOUR`,
      because: `${whose}, and you have to say where it belongs: ${error.message}`,
    };
  }
}
