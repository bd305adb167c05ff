import type { Colour } from '../../contract/colour.js';
import { parse } from '../../contract/parse.js';
import { servicesSchema } from '../../contract/service.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import { localDeadMansSwitch } from '../../platforms/local/dead-mans-switch.js';
import type { BalancerClient } from '../../platforms/local/host/balancer/client.js';
import { localMetrics } from '../../platforms/local/metrics.js';
import { localTraffic } from '../../platforms/local/traffic.js';
import { localOutputs, someRelease } from '../../test/support/product.js';
import { settingsOf } from '../../contract/settings.js';

export const oneService = parse(servicesSchema, { api: { kind: 'routed', path: '/' } }, 'bench');
export const oneServiceOutputs = localOutputs(oneService);

export function oneServiceRelease(version: string) {
  const artifact = { digest: `sha256:${Buffer.from(version).toString('hex').padEnd(64, '0')}`, reference: version };
  return someRelease(version, { artifacts: { api: artifact } });
}

/** The local platform's real traffic, metrics and switch, for two slots that somebody else has started. */
export function twoSlots(client: BalancerClient): Platform {
  return {
    name: 'local',
    abilities: { cohort: true, compareAndSet: true, triesBackups: true, scales: false },
    traffic: localTraffic(client),
    metrics: localMetrics(client),
    deadMansSwitch: localDeadMansSwitch(client),
    slots: {
      state: (colour) => Promise.resolve(standing(colour)),
      provision: unexpected,
      destroy: unexpected,
      probe: unexpected,
      quiet: unexpected,
    },
    background: { owner: () => Promise.resolve({}), handOver: unexpected, stop: unexpected },
    artifacts: { check: unexpected },
  };
}

export function standing(colour: Colour): SlotState {
  const release = oneServiceRelease(colour === 'blue' ? '1.0.0' : '2.0.0');
  const { digest = '' } = release.artifacts['api'] ?? {};
  return {
    colour,
    standing: true,
    input: { run: 'bench', release, settings: settingsOf({ values: {}, secrets: {} }), replicas: { api: 1 } },
    replicas: [{ service: 'api', id: '1', digest, healthy: true }],
  };
}

function unexpected(): Promise<never> {
  return Promise.reject(new Error('nobody asks this of a run that only moves traffic'));
}
