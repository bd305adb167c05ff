import { PlatformError } from '../../../../contract/errors.js';
import { findStrays } from './find-strays.js';
import { neverHealthyBecause, unhealthyBecause } from './health.js';
import { resolveReplicaEnvironment, type ReplicaEnvironment } from './replica-environment.js';
import { lastLogLines } from './replica-log.js';
import { readReplicaRecords, removeReplicaRecord, type ReplicaRecord } from './replica-record.js';
import { definitionDigest, serviceFolder, type ServiceSpec } from './service-spec.js';
import { startReplica, type StartedReplica } from './start-replica.js';
import { stopReplica } from './stop-replica.js';

const logLines = 20;

export interface Reconciliation {
  /** How many replicas to end with. */
  readonly wanted: number;
  /** Users' requests arrive: start the next ones before the others stop. */
  readonly serving: boolean;
  /** Tells the balancer which replicas may get requests from now on, and resolves once the others have none left. */
  readonly route: (replicas: readonly ReplicaRecord[]) => Promise<void>;
}

export interface Reconciled {
  readonly running: readonly ReplicaRecord[];
  readonly kept: number;
  readonly started: number;
  readonly stopped: number;
}

/**
 * Makes what runs what the spec says, whatever ran before: idempotent, also after a kill in its middle. Throws
 * PlatformError with the last lines of the log when a replica ends or never gets healthy; what it had started is stopped.
 */
export async function reconcileReplicas(spec: ServiceSpec, plan: Reconciliation): Promise<Reconciled> {
  await stopStrays(spec);
  const found = await readReplicaRecords(serviceFolder(spec));
  const kept = await keepable(spec, found, plan.wanted);
  const surplus = found.filter((record) => !kept.includes(record));
  if (!plan.serving) await retire(spec, surplus, () => plan.route(kept));
  const started = await startMissing(spec, plan.wanted - kept.length, plan.serving ? found : kept);
  const running = [...kept, ...started];
  if (plan.serving) await retire(spec, surplus, () => plan.route(running));
  else await plan.route(running);
  return { running, kept: kept.length, started: started.length, stopped: surplus.length };
}

/** Those that are what the spec says, and healthy now. */
async function keepable(spec: ServiceSpec, found: readonly ReplicaRecord[], wanted: number): Promise<ReplicaRecord[]> {
  const definition = definitionDigest(spec);
  const kept: ReplicaRecord[] = [];
  for (const record of found) {
    const same =
      record.digest === spec.digest && record.settings === spec.settings.hash && record.definition === definition;
    if (kept.length < wanted && same && (await unhealthyBecause(record, spec.health.path)) === undefined) {
      kept.push(record);
    }
  }
  return kept;
}

async function retire(spec: ServiceSpec, surplus: readonly ReplicaRecord[], route: () => Promise<void>): Promise<void> {
  await route();
  await Promise.all(surplus.map((record) => stopAndForget(spec, record)));
}

async function stopAndForget(spec: ServiceSpec, record: ReplicaRecord): Promise<void> {
  await stopReplica(record, spec.stopWithin);
  await removeReplicaRecord(serviceFolder(spec), record.replica);
}

async function stopStrays(spec: ServiceSpec): Promise<void> {
  const known = new Set((await readReplicaRecords(serviceFolder(spec))).map(({ pid }) => pid));
  const strays = await findStrays(spec, known);
  await Promise.all(strays.map((stray) => stopReplica({ ...spec, ...stray }, spec.stopWithin)));
}

async function startMissing(
  spec: ServiceSpec,
  count: number,
  others: readonly ReplicaRecord[],
): Promise<ReplicaRecord[]> {
  if (count <= 0) return [];
  const environment = await resolveReplicaEnvironment(spec);
  const started: StartedReplica[] = [];
  try {
    const takenPorts = new Set(others.map(({ port }) => port));
    for (const replica of unusedNames(others, count)) {
      const one = await startReplica(spec, { replica, environment, takenPorts });
      takenPorts.add(one.record.port);
      started.push(one);
    }
    await Promise.all(started.map((one) => requireHealthy(spec, one, environment)));
    return started.map(({ record }) => record);
  } catch (error) {
    await Promise.all(started.map(({ record }) => stopAndForget(spec, record)));
    throw error;
  }
}

async function requireHealthy(
  spec: ServiceSpec,
  { record, logFrom }: StartedReplica,
  environment: ReplicaEnvironment,
): Promise<void> {
  const because = await neverHealthyBecause(record, spec);
  if (because === undefined) return;
  const lines = await lastLogLines({ file: record.log, from: logFrom, count: logLines, secrets: environment.secrets });
  const said = lines.length === 0 ? 'It logged nothing.' : `Its last lines:\n${lines.join('\n')}`;
  throw new PlatformError(
    `${spec.service} ${spec.version} in ${spec.colour}: ${record.replica} did not get healthy: ${because}. ${said}`,
    { hint: `its log is ${record.log}` },
  );
}

function unusedNames(others: readonly ReplicaRecord[], count: number): string[] {
  const used = new Set(others.map(({ replica }) => replica));
  const names: string[] = [];
  for (let number = 1; names.length < count; number += 1) {
    if (!used.has(`replica-${number}`)) names.push(`replica-${number}`);
  }
  return names;
}
