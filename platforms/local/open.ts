import type { LocalOutputs } from '../../contract/outputs.js';
import type { Database, Platform } from '../../pipeline/ports.js';
import type { Engine } from '../pulumi/engine.js';
import { localArtifacts } from './artifacts.js';
import { localBackground } from './background.js';
import { localDeadMansSwitch } from './dead-mans-switch.js';
import { balancerClient } from './host/balancer/client.js';
import { localMetrics } from './metrics.js';
import { localSlots } from './slots.js';
import { localTraffic } from './traffic.js';

/** The local platform of an environment that is up. Opening it touches and asks nothing. */
export function openLocal(
  outputs: LocalOutputs,
  dependencies: { readonly engine: Pick<Engine, 'up' | 'destroy'>; readonly database?: Database },
): Platform {
  const client = balancerClient(outputs.balancer.adminSocket);
  const { engine, database } = dependencies;
  return {
    name: 'local',
    abilities: { cohort: true, compareAndSet: true },
    traffic: localTraffic(client),
    slots: localSlots({ outputs, engine, client }),
    metrics: localMetrics(client),
    background: localBackground({ outputs, client }),
    artifacts: localArtifacts(outputs.artifacts),
    deadMansSwitch: localDeadMansSwitch(client),
    ...(database === undefined ? {} : { database }),
  };
}
