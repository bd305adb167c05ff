import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { TopUp } from './convergence.js';
import type { OwnRequests } from './own-requests.js';
import { requestOnce } from './request-once.js';

const most = 50;
const atOnce = 10;
const answeredWithin = 10_000;

/** Asks for a service's health through the users' route, each time on a connection of its own. What is answered doesn't matter here. */
export function topUpBy(
  outputs: Pick<AwsOutputs, 'balancer' | 'routes' | 'services'>,
  own: OwnRequests,
  clock: Clock,
): TopUp {
  return async (service, requests, signal) => {
    const definition = outputs.services[service];
    if (definition?.kind !== 'routed') return;
    const url = new URL(definition.health.path, outputs.balancer.url);
    const host = outputs.routes[service]?.host ?? url.hostname;
    for (let sent = 0; sent < Math.min(most, requests); sent += atOnce) {
      signal.throwIfAborted();
      own.note(clock.now());
      const asked = { url, host, method: 'GET', headers: {}, timeoutMilliseconds: answeredWithin };
      // One that is not answered is counted by the balancer all the same, or nobody counts it.
      await Promise.allSettled(Array.from({ length: atOnce }, () => requestOnce(asked, signal)));
    }
  };
}
