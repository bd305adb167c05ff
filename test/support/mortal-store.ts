import type { Store } from '../../journal/store.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { KillPoint } from './kill-store.js';

export type { KillPoint };

/**
 * The store and the clock of a process that dies at one of its journal appends, within the process of the test: from then
 * on neither answers it, so that nothing of it goes on.
 */
export class MortalStore {
  readonly store: Store;
  readonly clock: Clock;
  /** Settles when it dies. */
  readonly death: Promise<'died'>;
  #dead = false;

  constructor(store: Store, clock: Clock, point: KillPoint | undefined) {
    let die: () => Promise<never> = () => new Promise(() => undefined);
    this.death = new Promise((resolve) => {
      die = () => {
        this.#dead = true;
        resolve('died');
        return new Promise(() => undefined);
      };
    });
    const never = () => new Promise<never>(() => undefined);
    const alive = async <Value>(value: Promise<Value>): Promise<Value> => {
      const result = await value;
      return this.#dead ? never() : result;
    };
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (duration, signal) => (this.#dead ? never() : alive(clock.sleep(duration, signal))),
    };
    let count = 0;
    this.store = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = member.bind(target) as (...args: unknown[]) => Promise<unknown>;
        if (name !== 'append') return (...args: unknown[]) => (this.#dead ? never() : alive(call(...args)));
        return async (...args: Parameters<Store['append']>) => {
          if (this.#dead) return never();
          const here = args[0].startsWith('journals/') && count++ === point?.append;
          if (here && point.when === 'before') return die();
          const outcome = await target.append(...args);
          return here ? die() : outcome;
        };
      },
    });
  }

  /** The same store as objects of a bucket, as the dead man's switch has it. */
  static objectsOf(store: Store) {
    const parts = (key: string): [stream: string, sequence: number] | undefined => {
      const [, stream = '', digits = ''] = /^((?:leases|journals)\/.+)\/(\d+)\.json$/.exec(key) ?? [];
      return stream === '' ? undefined : [stream, Number(digits)];
    };
    return {
      last: (stream: string) => store.last(stream),
      async get(key: string): Promise<string | undefined> {
        const record = parts(key);
        if (record === undefined) return store.get(key);
        const { records } = await store.read(record[0], record[1]);
        const text = records.find(({ sequence }) => sequence === record[1])?.text;
        return text === undefined ? undefined : `${text}\n`;
      },
      put: (key: string, text: string) => store.put(key, text),
      async putOnce(key: string, text: string): Promise<'written' | 'exists'> {
        const [stream, sequence] = parts(key) ?? [];
        if (stream === undefined || sequence === undefined) throw new Error(`${key} is no record`);
        return (await store.append(stream, sequence, text.trimEnd())) === 'appended' ? 'written' : 'exists';
      },
    };
  }
}
