import type { LocalOutputs } from '../../contract/outputs.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { Engine } from '../pulumi/engine.js';
import type { LocalDatabase } from './database.js';
import { artifactFolder } from './artifact-digest.js';
import { localArtifacts } from './artifacts.js';
import { localBackground } from './background.js';
import { localDeadMansSwitch } from './dead-mans-switch.js';
import { backupsOfSlots } from './backups-of-slots.js';
import { balancerClient } from './host/balancer/client.js';
import { resolveReplicaEnvironment } from './host/processes/replica-environment.js';
import { lazyDatabase } from '../lazy-database.js';
import { lazyReview } from '../lazy-review.js';
import { lazyRehearsals } from '../lazy-rehearsals.js';
import { localMaintenance } from './maintenance.js';
import { localMetrics } from './metrics.js';
import { localSecrets } from './secret-values.js';
import { localSlots } from './slots.js';
import { localTraffic } from './traffic.js';

/** The local platform of an environment that is up. Opening it touches and asks nothing. */
export function openLocal(
  outputs: LocalOutputs,
  dependencies: { readonly engine: Pick<Engine, 'up' | 'destroy'> },
): Platform {
  const client = balancerClient(outputs.balancer.adminSocket);
  const { engine } = dependencies;
  return {
    name: 'local',
    abilities: { cohort: true, compareAndSet: true, triesBackups: true, scales: false },
    traffic: localTraffic(client),
    slots: localSlots({ outputs, engine, client }),
    metrics: localMetrics(client),
    background: localBackground({ outputs, client }),
    artifacts: localArtifacts(outputs.artifacts),
    deadMansSwitch: localDeadMansSwitch(client),
    secrets: localSecrets(outputs),
    maintenance: localMaintenance(client),
    ...databaseOf(outputs),
  };
}

function databaseOf(outputs: LocalOutputs): Pick<Platform, 'database' | 'migrationReview' | 'rehearsals'> {
  const { database, directory, artifacts } = outputs;
  if (database === null) return {};
  const migrating = {
    artifactFolder: (digest: string) => artifactFolder(artifacts, digest),
    environmentOf: async ({ settings }: SlotInput) =>
      (await resolveReplicaEnvironment({ settings, directory, database: null })).variables,
  };
  const open = async (): Promise<LocalDatabase> => {
    const { openLocalDatabase } = await import('./database.js');
    return openLocalDatabase({
      directory,
      name: database.name,
      environment: outputs.environment,
      ...('url' in database ? { given: database } : {}),
      ...(database.backups === undefined ? {} : { backups: database.backups }),
      ...migrating,
      neededBackups: () => backupsOfSlots(directory),
      leftRehearsals: async () => (await rehearsals()).leftovers,
    });
  };
  const review = async () => {
    const [{ postgresReview }, { givenDatabaseAddress, localDatabaseAddress }] = await Promise.all([
      import('../postgres/review/review-release.js'),
      import('./database-address.js'),
    ]);
    return postgresReview(() =>
      'url' in database
        ? givenDatabaseAddress(directory, database.name, database, 'owner')
        : localDatabaseAddress(directory, database.name, 'owner'),
    );
  };
  const rehearsals = async () => {
    const { localRehearsals } = await import('./rehearsal/local-rehearsals.js');
    return localRehearsals({ outputs, migrating, kind: async () => (await open()).kind });
  };
  const can = { restores: true, drill: true, drop: true };
  return {
    database: lazyDatabase(open, can),
    migrationReview: lazyReview(review),
    rehearsals: lazyRehearsals(rehearsals),
  };
}
