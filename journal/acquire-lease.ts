import type { Lease } from '../contract/lease.js';
import { canonicalJson } from '../contract/json.js';
import type { Clock } from '../pipeline/ports/clock.js';
import { leaseHeld, leaseStream, readLease, type LeaseVersion } from './lease.js';
import { LeaseKeeper } from './lease-keeper.js';
import { processLiveness, thisProcess, type Holder, type Liveness } from './process-identity.js';
import type { Store } from './store.js';

export interface LeaseOptions {
  readonly environment: string;
  readonly run: string;
  readonly by: string;
  readonly clock: Clock;
  /** Rollback and abort don't wait for the holder. */
  readonly preempt?: boolean;
  /** The token will be greater than this: pass what the balancer has seen, which a dead-man's switch may have raised. */
  readonly above?: number;
  /** Milliseconds. */
  readonly term?: number;
  /** Milliseconds; a fifth of the term when left out. */
  readonly renewEvery?: number;
  readonly liveness?: Liveness;
  readonly self?: Awaited<ReturnType<typeof thisProcess>>;
  readonly signal?: AbortSignal;
}

const looksPerTerm = 20;

/**
 * Takes the environment's lease when it is free, when its holder is proven dead, or when its holder has been seen to
 * renew nothing for a whole term on this process's own monotonic clock. Throws LeaseHeldError as soon as the holder
 * shows life.
 */
export async function acquireLease(store: Store, options: LeaseOptions): Promise<LeaseKeeper> {
  const { clock, environment } = options;
  const self = options.self ?? (await thisProcess());
  const holder = { run: options.run, by: options.by, ...self };
  const watch = new Watch(clock);
  for (;;) {
    const found = await readLease(store, environment);
    if (await mayTake(found, watch, holder, options)) {
      const taken = await take(store, found, { ...holder, since: clock.now().toISOString() }, options);
      if (taken) return new LeaseKeeper(store, clock, taken, options.renewEvery ?? taken.lease.term / 5);
      const winner = await readLease(store, environment);
      if (winner?.lease.holder && options.preempt !== true) throw leaseHeld(environment, winner.lease.holder);
      options.signal?.throwIfAborted();
      continue;
    }
    if (!found?.lease.holder) continue;
    if (watch.sawLife(found)) throw leaseHeld(environment, found.lease.holder);
    await clock.sleep(found.lease.term / looksPerTerm, options.signal);
  }
}

async function mayTake(
  found: LeaseVersion | undefined,
  watch: Watch,
  self: Omit<Holder, 'since'>,
  options: LeaseOptions,
): Promise<boolean> {
  if (!found?.lease.holder || options.preempt === true) return true;
  // An earlier attempt of this very process was written although the store said it had failed.
  if (canonicalJson({ ...found.lease.holder, since: '' }) === canonicalJson({ ...self, since: '' })) return true;
  if ((await (options.liveness ?? processLiveness)(found.lease.holder)) === 'dead') return true;
  return watch.sawNothingFor(found) >= found.lease.term;
}

/** Undefined when somebody else was faster. */
async function take(
  store: Store,
  found: LeaseVersion | undefined,
  holder: Holder,
  { environment, above, term }: LeaseOptions,
): Promise<LeaseVersion | undefined> {
  const version = found === undefined ? 0 : found.version + 1;
  const lease: Lease = {
    format: 1,
    environment,
    token: Math.max(found?.lease.token ?? 0, above ?? 0) + 1,
    renewal: 0,
    holder,
    term: term ?? 15_000,
    head: found?.lease.head ?? null,
  };
  const stream = leaseStream(environment);
  if ((await store.append(stream, version, canonicalJson(lease))) === 'exists') return undefined;
  // A process that slept since it looked may have written a number that was superseded and removed in the meantime.
  return (await store.last(stream)) === version ? { version, lease } : undefined;
}

/** How long one version was seen unchanged, counting only time in which this process was awake and looking. */
class Watch {
  readonly #clock: Clock;
  #version: number | undefined;
  #looked: number | undefined;
  #still = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds. */
  sawNothingFor({ version, lease }: LeaseVersion): number {
    const now = this.#clock.monotonic();
    this.#version ??= version;
    if (this.#version !== version) return 0;
    const longest = (lease.term / looksPerTerm) * 2;
    if (this.#looked !== undefined) this.#still += Math.min(now - this.#looked, longest);
    this.#looked = now;
    return this.#still;
  }

  sawLife({ version }: LeaseVersion): boolean {
    return this.#version !== undefined && this.#version !== version;
  }
}
