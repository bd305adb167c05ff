import type { Colour } from '../../contract/colour.js';
import { balancerClient } from './host/balancer/client.js';
import { readOwnership } from './ownership.js';

/**
 * Why a slot must be left standing: it has weight, requests in flight or background work. Undefined when nothing needs
 * it. Throws PlatformError when the balancer can't tell: that is not a yes.
 */
export async function standingBecause(slot: {
  readonly directory: string;
  readonly adminSocket: string;
  readonly colour: Colour;
}): Promise<string | undefined> {
  const client = balancerClient(slot.adminSocket);
  const { reading } = await client.call('read', {});
  const weighted = Object.entries(reading.services).filter(([, weights]) => weights[slot.colour] > 0);
  if (weighted.length > 0) {
    const shares = weighted.map(([service, weights]) => `${weights[slot.colour]} % of ${service}`);
    return `${slot.colour} has weight: ${shares.join(', ')}`;
  }
  const { inFlight } = await client.call('quiet', { colour: slot.colour });
  if (inFlight > 0) return `${slot.colour} has ${inFlight} requests in flight`;
  const { owners } = await readOwnership(slot.directory);
  const work = Object.keys(owners).filter((service) => owners[service] === slot.colour);
  return work.length > 0 ? `${slot.colour} does the work of ${work.join(', ')}` : undefined;
}
