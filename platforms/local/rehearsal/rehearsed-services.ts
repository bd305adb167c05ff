import { request } from 'node:http';
import { rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { RefusedError } from '../../../contract/errors.js';
import type { LocalConnection, LocalOutputs } from '../../../contract/outputs.js';
import { settingsOf, type Settings } from '../../../contract/settings.js';
import type { SlotInput } from '../../../contract/slot-input.js';
import type { ProbeAnswer, ProbeRequest } from '../../../pipeline/ports/probe.js';
import type { RehearsedApp } from '../../../pipeline/ports/rehearsals.js';
import { artifactFolder } from '../artifact-digest.js';
import { reconcileReplicas } from '../host/processes/reconcile-replicas.js';
import { readReplicaRecords } from '../host/processes/replica-record.js';
import { serviceFolder, type ServiceSpec } from '../host/processes/service-spec.js';
import { probeBy } from '../probe.js';

export interface RehearsedServices {
  readonly outputs: Pick<LocalOutputs, 'directory' | 'environment' | 'services' | 'artifacts'>;
  /** Of this rehearsal: pid files and logs. */
  readonly folder: string;
  readonly input: SlotInput;
  readonly connection: LocalConnection;
}

/** The routed services of an input, one process each, where no balancer leads to them. Throws PlatformError. */
export async function startRehearsed(options: RehearsedServices): Promise<RehearsedApp> {
  const specs = specsOf(options);
  const ports = new Map<string, number>();
  const stop = async (): Promise<void> => {
    for (const spec of specs) await reconcile(spec, 0);
    await rm(options.folder, { recursive: true, force: true });
  };
  try {
    for (const spec of specs) {
      await reconcile(spec, 1);
      const [replica] = await readReplicaRecords(serviceFolder(spec));
      if (replica !== undefined) ports.set(spec.service, replica.port);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, probe: (asked, signal) => probe(ports, asked, signal) };
}

function reconcile(spec: ServiceSpec, wanted: number): Promise<unknown> {
  return reconcileReplicas(spec, { wanted, serving: false, route: () => Promise.resolve() });
}

function specsOf({ outputs, folder, input, connection }: RehearsedServices): ServiceSpec[] {
  return Object.entries(outputs.services).flatMap(([service, definition]): ServiceSpec[] => {
    const artifact = input.release.artifacts[service];
    if (definition.kind !== 'routed' || artifact === undefined || definition.command === undefined) return [];
    return [
      {
        directory: folder,
        environment: outputs.environment,
        // A name is needed, and both slots stand elsewhere.
        colour: 'blue',
        service,
        kind: definition.kind,
        command: [...definition.command],
        replicas: 1,
        stopWithin: Math.min(definition.stopWithin, 5_000),
        health: definition.health,
        version: input.release.version,
        digest: artifact.digest,
        folder: artifactFolder(outputs.artifacts, artifact.digest),
        settings: rehearsing(input.settings, outputs.directory),
        database: connection,
      },
    ];
  });
}

/** The same settings, and one that says what this is; files of secrets lie where they lay. */
function rehearsing(settings: Settings, directory: string): Settings {
  const secrets = Object.entries(settings.secrets).map(([name, { reference, version }]) => {
    const path = reference.startsWith('file:') ? reference.slice(5) : undefined;
    const found = path === undefined || isAbsolute(path) ? reference : `file:${join(directory, path)}`;
    return [name, { reference: found, version }] as const;
  });
  const values = { ...settings.values, CROSSFADE_REHEARSAL: '1' };
  return settingsOf({ values, secrets: Object.fromEntries(secrets) });
}

function probe(ports: ReadonlyMap<string, number>, asked: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer> {
  const port = ports.get(asked.service);
  if (port === undefined) throw new RefusedError(`${asked.service} was not started for this rehearsal`);
  return probeBy(asked, { where: 'the rehearsal', signal }, (headers, limit) =>
    request({ host: '127.0.0.1', port, method: asked.method, path: asked.path, headers, agent: false, signal: limit }),
  );
}
