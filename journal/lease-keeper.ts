import { FencedError, StoreError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import type { Lease } from '../contract/lease.js';
import type { Clock } from '../pipeline/ports/clock.js';
import type { Head } from './chain.js';
import { describeHolder, leaseStream, readLease, type LeaseVersion } from './lease.js';
import type { Store } from './store.js';

/** Own renewals that stay readable for those who have just listed them. */
const renewalsKept = 4;

/** Holds an environment's lease: renews it, notices its loss, gives it back. */
export class LeaseKeeper {
  readonly token: number;
  readonly environment: string;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  readonly #beating: Promise<void>;
  readonly #renewals: number[] = [];
  #held: LeaseVersion;
  /** On the own clock, when the newest renewal that succeeded was begun. */
  #confirmed: number;
  #journal: { readonly head: Head | null } | undefined;
  /** Written perhaps: the store failed before it said so. */
  #unsure: LeaseVersion | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(store: Store, clock: Clock, taken: LeaseVersion, renewEvery: number) {
    this.#store = store;
    this.#clock = clock;
    this.#held = taken;
    this.#confirmed = clock.monotonic();
    this.token = taken.lease.token;
    this.environment = taken.lease.environment;
    this.#beating = this.#beat(renewEvery);
  }

  /** Aborted with a FencedError as soon as a renewal finds that somebody else holds the lease. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Milliseconds after which others may take over an unrenewed lease: how long to retry a store that fails. */
  get term(): number {
    return this.#held.lease.term;
  }

  /** From the next renewal on the lease carries where this journal ends. */
  anchorTo(journal: { readonly head: Head | null }): void {
    this.#journal = journal;
  }

  /** Right before an effect. Throws FencedError when this process no longer holds the lease, StoreError when that can't be told. */
  async check(): Promise<void> {
    this.#lost.signal.throwIfAborted();
    const found = await readLease(this.#store, this.environment);
    if (!found || !this.#isMine(found.lease)) throw this.#fenced(found?.lease);
  }

  /**
   * For going back, when nothing may come before it. Asks only when no renewal succeeded within the term: a process that
   * slept finds out, one that was pre-empted a moment ago perhaps not, but writes what whoever took over writes.
   */
  async checkLately(): Promise<void> {
    this.#lost.signal.throwIfAborted();
    if (this.#clock.monotonic() - this.#confirmed >= this.term) await this.check();
  }

  /** Now, beside the timer. Throws as check() does. */
  renew(): Promise<void> {
    return this.#next((lease) => ({ ...lease, renewal: lease.renewal + 1 }));
  }

  /** Stops renewing and leaves the lease free, with the journal's last head. Nothing to do for a fenced process. */
  async release(): Promise<'released' | 'fenced'> {
    await this.#stopBeating();
    try {
      await this.#next((lease) => ({ ...lease, renewal: lease.renewal + 1, holder: null }));
      return 'released';
    } catch (error) {
      if (error instanceof FencedError) return 'fenced';
      throw error;
    }
  }

  /** Stops renewing without a word, as a crash would. */
  async abandon(): Promise<void> {
    await this.#stopBeating();
  }

  async #stopBeating(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
  }

  async #beat(every: number): Promise<void> {
    for (;;) {
      try {
        await this.#clock.sleep(every, this.#stop.signal);
      } catch {
        return;
      }
      try {
        await this.renew();
      } catch (error) {
        // What can't be written proves nothing yet: the next beat tries again, and check() says so before an effect.
        if (!(error instanceof StoreError)) return;
      }
    }
  }

  #next(change: (lease: Lease) => Lease): Promise<void> {
    const result = this.#queue.then(async () => {
      // What may have been written already is written first, so that it is never mistaken for somebody else's.
      if (this.#unsure) await this.#commit(this.#unsure);
      const lease = change(this.#held.lease);
      await this.#commit({
        version: this.#held.version + 1,
        lease: { ...lease, head: this.#journal?.head ?? lease.head },
      });
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #commit(next: LeaseVersion): Promise<void> {
    this.#lost.signal.throwIfAborted();
    const began = this.#clock.monotonic();
    this.#unsure = next;
    const stream = leaseStream(this.environment);
    const text = canonicalJson(next.lease);
    if ((await this.#store.append(stream, next.version, text)) === 'exists') {
      const { records } = await this.#store.read(stream, next.version);
      if (records[0]?.text !== text) throw await this.#superseded();
    }
    // Superseded versions are removed: a writer that slept meanwhile may find its number free again.
    if ((await this.#store.last(stream)) !== next.version) throw await this.#superseded();
    this.#unsure = undefined;
    this.#held = next;
    this.#confirmed = began;
    await this.#trim(next);
  }

  /** Only renewals, and only one's own: who took the lease when, and each run's last head, stay for the audit. */
  async #trim({ version, lease }: LeaseVersion): Promise<void> {
    if (lease.holder !== null) this.#renewals.push(version);
    const keep = lease.holder === null ? 0 : renewalsKept;
    try {
      while (this.#renewals.length > keep) {
        await this.#store.remove(leaseStream(this.environment), this.#renewals[0] ?? version);
        this.#renewals.shift();
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  async #superseded(): Promise<FencedError> {
    return this.#fenced((await readLease(this.#store, this.environment))?.lease);
  }

  #fenced(lease: Lease | undefined): FencedError {
    const holder = lease?.holder;
    const by = holder
      ? `it is held by ${describeHolder(holder)}, token ${lease.token}`
      : 'its record was changed by others';
    const error = new FencedError(
      `this process (token ${this.token}) has lost the lease of ${this.environment}: ${by}`,
      {
        hint: `'crossfade status ${this.environment}' shows who goes on with it`,
      },
    );
    this.#lost.abort(error);
    return error;
  }

  #isMine({ token, holder }: Lease): boolean {
    return token === this.token && canonicalJson(holder) === canonicalJson(this.#held.lease.holder);
  }
}
