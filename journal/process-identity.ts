import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Lease } from '../contract/lease.js';
import { systemCode } from './system-error.js';

export type Holder = NonNullable<Lease['holder']>;

/** `dead` only when it is proven; `unknown` for another machine, another container, or a system that doesn't say. */
export type Liveness = (holder: Holder) => Promise<'alive' | 'dead' | 'unknown'>;

/** Host, number and, on Linux, what tells this process from a later one with the same number. */
export async function thisProcess(): Promise<Pick<Holder, 'host' | 'process' | 'started'>> {
  const { state, identity } = await look(process.pid);
  return { host: hostname(), process: process.pid, ...(state === 'alive' ? { started: identity } : {}) };
}

/** Judges by process number together with its start, inside one boot and one process namespace only. */
export const processLiveness: Liveness = async (holder) => {
  if (holder.host !== hostname() || holder.started === undefined) return 'unknown';
  const own = await look(process.pid);
  if (own.state !== 'alive' || placeOf(own.identity) !== placeOf(holder.started)) return 'unknown';
  const { state, identity } = await look(holder.process);
  return state === 'alive' && identity !== holder.started ? 'dead' : state;
};

interface Look {
  readonly state: 'alive' | 'dead' | 'unknown';
  /** `boot id/process namespace/start tick`: never by wall time, which may jump. */
  readonly identity: string;
}

async function look(process: number): Promise<Look> {
  let place: string;
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    place = `${boot}/${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return { state: 'unknown', identity: '' };
  }
  try {
    const text = await readFile(`/proc/${process}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may contain anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const gone = fields[0] === 'Z' || fields[0] === 'X';
    return { state: gone ? 'dead' : 'alive', identity: `${place}/${fields[19] ?? ''}` };
  } catch (error) {
    const code = systemCode(error);
    return { state: code === 'ENOENT' || code === 'ESRCH' ? 'dead' : 'unknown', identity: '' };
  }
}

function placeOf(identity: string): string {
  return identity.slice(0, identity.lastIndexOf('/'));
}
