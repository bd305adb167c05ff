import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PlatformError } from '../../../../contract/errors.js';
import { findFreePort } from './free-port.js';
import { markVariables } from './marks.js';
import { findProcess } from './process-table.js';
import type { ReplicaEnvironment } from './replica-environment.js';
import { openReplicaLog, sizeOf } from './replica-log.js';
import { writeReplicaRecord, type ReplicaRecord } from './replica-record.js';
import { definitionDigest, serviceFolder, type ServiceSpec } from './service-spec.js';

export interface StartedReplica {
  readonly record: ReplicaRecord;
  /** Where this start's lines begin in the log, in bytes. */
  readonly logFrom: number;
}

/** Starts one replica that outlives us, and writes its pid file. Throws PlatformError when it can't even be started. */
export async function startReplica(
  spec: ServiceSpec,
  options: { replica: string; environment: ReplicaEnvironment; takenPorts: ReadonlySet<number> },
): Promise<StartedReplica> {
  const folder = serviceFolder(spec);
  const file = join(folder, 'logs', `${options.replica}.log`);
  const port = spec.kind === 'routed' ? await findFreePort(options.takenPorts) : 0;
  const log = await openReplicaLog(file);
  try {
    const logFrom = await sizeOf(file);
    const pid = await spawnDetached(spec, log.fd, {
      ...options.environment.variables,
      ...variablesOf(spec, options.replica, port),
    });
    const record: ReplicaRecord = {
      format: 1,
      directory: spec.directory,
      environment: spec.environment,
      colour: spec.colour,
      service: spec.service,
      replica: options.replica,
      pid,
      // Gone already: its end is seen by whoever waits for its health.
      startTime: (await findProcess(pid))?.startTime ?? 'ended',
      port,
      version: spec.version,
      digest: spec.digest,
      settings: spec.settings.hash,
      definition: definitionDigest(spec),
      folder: spec.folder,
      log: file,
      startedAt: new Date().toISOString(),
    };
    await writeReplicaRecord(folder, record);
    return { record, logFrom };
  } finally {
    await log.close();
  }
}

function variablesOf(spec: ServiceSpec, replica: string, port: number): Record<string, string> {
  return {
    ...markVariables(spec),
    CROSSFADE_ENVIRONMENT: spec.environment,
    CROSSFADE_VERSION: spec.version,
    CROSSFADE_DIGEST: spec.digest,
    CROSSFADE_REPLICA: replica,
    ...(port === 0 ? {} : { PORT: String(port), HOST: '127.0.0.1' }),
  };
}

async function spawnDetached(spec: ServiceSpec, log: number, env: Record<string, string>): Promise<number> {
  const [command, ...args] = spec.command;
  if (command === undefined) throw new PlatformError(`service ${spec.service} has no command`);
  const child = spawn(command, args, { cwd: spec.folder, env, detached: true, stdio: ['ignore', log, log] });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new PlatformError(`service ${spec.service}: '${command}' can't be started in ${spec.folder}`, { cause });
  }
  child.unref();
  if (child.pid === undefined) throw new PlatformError(`service ${spec.service}: '${command}' got no process`);
  return child.pid;
}
