import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ReplicaRecord } from './replica-record.js';
import type { ServiceSpec } from './service-spec.js';

const attemptWithin = 2_000;
/** How long a process that answers nobody must live to count as started, in milliseconds. */
const settled = 500;

/** Why the replica is not healthy now, or undefined. */
export async function unhealthyBecause(record: ReplicaRecord, path: string): Promise<string | undefined> {
  if (!(await isAlive(record))) return 'its process has ended';
  if (record.port === 0) return undefined;
  return unansweredBecause(record.port, path, attemptWithin);
}

/** Waits until it is healthy; resolves with the reason when it ended, or `health.within` passed first. */
export async function neverHealthyBecause(record: ReplicaRecord, spec: ServiceSpec): Promise<string | undefined> {
  const began = performance.now();
  const spent = (): number => performance.now() - began;
  const within = record.port === 0 ? Math.max(spec.health.within, 2 * settled) : spec.health.within;
  for (let wait = 20; ; wait = Math.min(wait * 1.5, Math.max(spec.health.every, 20))) {
    if (!(await isAlive(record))) return 'it ended by itself';
    const because =
      record.port === 0
        ? spent() < settled && 'it has only just begun'
        : await unansweredBecause(record.port, spec.health.path, Math.min(attemptWithin, spec.health.within));
    if (because === undefined || because === false) return undefined;
    if (spent() >= within) return `${because}, for ${Math.round(spent())} ms`;
    await pause(Math.min(wait, within - spent()));
  }
}

function unansweredBecause(port: number, path: string, within: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(within) });
    call.once('response', (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? undefined : `${path} answers ${status}`);
    });
    call.once('error', (error) => {
      resolve(`${path} does not answer (${'code' in error ? String(error.code) : error.name})`);
    });
    call.end();
  });
}
