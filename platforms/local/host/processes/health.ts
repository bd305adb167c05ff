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
  let because: string | undefined = 'it was not asked yet';
  for (let wait = 20; ; wait = Math.min(wait * 1.5, Math.max(spec.health.every, 20))) {
    if (!(await isAlive(record))) return 'it ended by itself';
    const spent = performance.now() - began;
    if (record.port === 0) because = spent >= settled ? undefined : 'it has only just begun';
    else because = await unansweredBecause(record.port, spec.health.path, Math.min(attemptWithin, spec.health.within));
    if (because === undefined) return undefined;
    const left = Math.max(spec.health.within, record.port === 0 ? settled : 0) - (performance.now() - began);
    if (left <= 0) return `${because}, for ${Math.round(performance.now() - began)} ms`;
    await pause(Math.min(wait, left));
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
