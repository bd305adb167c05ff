import type { Maintenance } from '../../pipeline/ports/maintenance.js';
import type { BalancerClient } from './host/balancer/client.js';

/** Held by the balancer, which lets users in again when the time is over. */
export function localMaintenance(client: BalancerClient): Maintenance {
  return {
    on: (options) => client.call('beginMaintenance', options),
    async off(owner) {
      return (await client.call('endMaintenance', owner === undefined ? {} : { owner })).ended;
    },
    async read(signal) {
      return (await client.call('readMaintenance', {}, { signal })).maintenance;
    },
  };
}
