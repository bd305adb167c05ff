import type { DeadMansSwitch } from '../../pipeline/ports/dead-mans-switch.js';
import type { BalancerClient } from './host/balancer/client.js';

/** It lives in the balancer, where it needs nobody to be reachable when it fires. */
export function localDeadMansSwitch(client: BalancerClient): DeadMansSwitch {
  return {
    async arm(arming) {
      await client.call('arm', arming);
    },
    async disarm(token) {
      await client.call('disarm', { token });
    },
    async read() {
      const { armed, fired } = await client.call('readSwitch', {});
      return { armed, fired };
    },
  };
}
