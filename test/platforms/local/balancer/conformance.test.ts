import { otherColour } from '../../../../contract/colour.js';
import { localTraffic } from '../../../../platforms/local/traffic.js';
import { localDeadMansSwitch } from '../../../../platforms/local/dead-mans-switch.js';
import { describeSwitch } from '../../switch-conformance.js';
import { describeTraffic } from '../../traffic-conformance.js';
import { allBlue, bench, eventually } from './bench.js';
import { ask } from './users.js';

const health = { path: '/healthz', everyMilliseconds: 50 };
const routes = { api: { path: '/', health }, web: { path: '/web', health }, admin: { path: '/admin', health } };

describe('With time to spare', function () {
  this.timeout(30_000);
  describeTraffic('the local balancer', { keepsToken: true, topsUp: true }, async () => {
    const bed = await bench();
    await bed.client.call('putRoutes', { routes });
    for (const service of ['web', 'admin'])
      for (const colour of ['blue', 'green'] as const) await bed.serve(colour, service);
    await bed.client.call('open', { services: ['web'], weights: allBlue, token: 0 });
    await bed.healthy();
    const traffic = localTraffic(bed.client);
    return {
      traffic,
      takeOver: () => Promise.resolve(localTraffic(bed.client)),
      load: async (requests) => {
        for (let count = 0; count < requests; count += 50) {
          const paths = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? '/' : '/web'));
          await Promise.all(paths.map((path) => ask({ port: bed.port, path })));
          await Promise.all(paths.map((path) => ask({ port: bed.port, path: path === '/' ? '/web' : '/' })));
        }
      },
      setByHand: async (service, weights) => {
        await bed.client.call('open', { services: [service], weights, token: 0 });
      },
      freezeDataPlane: () => {
        // What requests see no longer follows the committed state.
        const { crossing } = bed.balancer;
        const frozen = crossing.world;
        Object.defineProperty(crossing, 'world', { get: () => frozen, set: () => undefined });
        return Promise.resolve();
      },
      sicken: async (colour) => {
        bed[colour].healthy = false;
        await eventually(`${otherColour(colour)} alone is well`, async () =>
          ((await bed.client.call('read', {})).targets[colour]['api'] ?? []).some(
            (target) => target.health === 'unhealthy',
          ),
        );
      },
      stop: () => bed.stop(),
    };
  });

  describeSwitch('the local balancer', async () => {
    const bed = await bench();
    return {
      traffic: localTraffic(bed.client),
      deadMansSwitch: localDeadMansSwitch(bed.client),
      // It fires on a timer of its own; half a second is what a busy machine may add.
      pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds + 500)),
      stop: () => bed.stop(),
    };
  });
});
