import { describeWeights, sameWeights, wholeColour } from '../../contract/weights.js';
import { liveRecord } from '../../journal/live-record.js';
import type { Facts, Status } from './status.js';

/** What doesn't fit together, each in a sentence. Pure. */
export function warningsOf(facts: Facts, status: Omit<Status, 'warnings' | 'advice'>): string[] {
  return [...trafficWarnings(facts, status), ...runWarnings(facts, status)];
}

function trafficWarnings(
  { known, reading, slots, history }: Facts,
  { live, weights }: Omit<Status, 'warnings' | 'advice'>,
): string[] {
  if (!known) return [];
  const warnings: string[] = [];
  if (!('value' in reading)) {
    warnings.push(`the balancer does not answer (${reading.problem}): what is live is told by the journals, not seen`);
    return warnings;
  }
  const states = history.flatMap(({ state }) => (state ? [state] : []));
  const recorded = liveRecord(states);
  if (live && recorded && recorded.colour !== live.colour) {
    warnings.push(
      `${live.colour} is live, but the newest run left ${recorded.colour} live: traffic was moved outside of a run`,
    );
  }
  const open = Object.keys(reading.value.services).length > 0;
  if (open && weights === null) warnings.push("the services' weights are mixed: each of them has others");
  const [newest] = states;
  const split = weights !== null && wholeColour(weights) === undefined;
  if (split && newest?.weights && !sameWeights(newest.weights, weights)) {
    warnings.push(`traffic is ${describeWeights(weights)}, the newest run left ${describeWeights(newest.weights)}`);
  }
  if (!('value' in slots)) warnings.push(`the slots can't be looked at: ${slots.problem}`);
  return warnings;
}

function runWarnings(
  { history, unread, lease, deadMan, now }: Facts,
  { deadMan: seen, inFlight }: Omit<Status, 'warnings' | 'advice'>,
): string[] {
  const warnings = unread.map((problem) => `a record can't be read: ${problem}`);
  for (const { run, problem } of history) {
    if (problem === undefined) continue;
    const holder = lease?.holder?.run === run ? lease.holder : undefined;
    const held = holder ? `; process ${holder.process} on ${holder.host} holds the lease for it` : '';
    warnings.push(`run ${run} can't be read, so whether it has ended isn't known${held}: ${problem}`);
  }
  const newest = history[0]?.state;
  if (newest?.ended?.outcome === 'rollback-failed')
    warnings.push(`run ${newest.run} FAILED TO GO BACK: ${newest.ended.because}`);
  if ('value' in deadMan && seen.fired && inFlight?.run === seen.fired.run) {
    warnings.push(
      `the dead-man's switch took traffic back to ${describeWeights(seen.fired.returnTo)} at ${seen.fired.at}`,
    );
  }
  if (newest && Date.parse(newest.last) > now.getTime() + 60_000) {
    warnings.push('the newest event lies in the future: a clock was changed; orders and tokens do not depend on it');
  }
  return warnings;
}
