import { isDeepStrictEqual } from 'node:util';
import { DriftError, PlatformError } from '../../contract/errors.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Reading } from '../../pipeline/ports/traffic.js';
import type { AlbApi, AlbChange } from './alb-api.js';
import { persist } from './persist.js';
import { describeReading, readingOf, type Route } from './route.js';

export interface Haste {
  /** Traffic is going back: what fails is repeated for as long as anybody may be waiting for it. */
  readonly back: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadBack {
  readonly agrees: (reading: Reading) => boolean;
  /** Left out on the way back, where whatever stands there is written over again. */
  readonly foreign?: (reading: Reading) => boolean;
}

export interface Rules {
  read(haste: Haste): Promise<Reading>;
  /** A read may answer from before the last write: two in a row that agree are taken for the truth. */
  readSettled(haste: Haste): Promise<Reading>;
  /** All at once; throws PlatformError naming the services whose rule could not be written. */
  write(routes: readonly Route[], change: (route: Route) => AlbChange, haste: Haste): Promise<void>;
  /**
   * Reads until what was written is seen twice in a row. After half a minute throws DriftError when it reads what neither
   * stood there before nor was written, PlatformError otherwise.
   */
  readBack(expectation: ReadBack, haste: Haste): Promise<Reading>;
}

const patienceForward = 60_000;
const patienceBack = 15 * 60_000;
const readBackWithin = 30_000;
const pauseBetweenReads = 500;
const agreeing = 2;

/** The listener rules of all routes, read and written with patience. */
export function albRules(api: AlbApi, routes: readonly Route[], clock: Clock): Rules {
  const arns = routes.map((route) => route.ruleArn);
  const patience = (haste: Haste) => ({
    clock,
    within: haste.back ? patienceBack : patienceForward,
    signal: haste.signal,
  });

  async function read(haste: Haste): Promise<Reading> {
    return readingOf(routes, await persist(() => api.describeRules(arns, haste.signal), patience(haste)));
  }

  return {
    read,

    async readSettled(haste) {
      const end = clock.monotonic() + readBackWithin;
      let last = await read(haste);
      while (clock.monotonic() < end) {
        await clock.sleep(pauseBetweenReads, haste.signal);
        const reading = await read(haste);
        if (isDeepStrictEqual(reading, last)) return reading;
        last = reading;
      }
      throw new PlatformError(`the balancer's reads keep differing; the last was ${describeReading(last)}`);
    },

    async write(targets, change, haste) {
      const writes = await Promise.allSettled(
        targets.map((route) =>
          persist(() => api.modifyRule(route.ruleArn, change(route), haste.signal), patience(haste)),
        ),
      );
      const failed = targets.filter((_, index) => writes[index]?.status === 'rejected');
      if (failed.length === 0) return;
      haste.signal?.throwIfAborted();
      const names = failed.map((route) => route.service).join(', ');
      throw new PlatformError(`the rules of ${names} could not be written; those of other services were`, {
        cause: writes.find((result) => result.status === 'rejected')?.reason,
      });
    },

    async readBack({ agrees, foreign }, haste) {
      const end = clock.monotonic() + readBackWithin;
      let agreed = 0;
      let last: Reading | DriftError;
      do {
        // What was edited by hand before the write may be read for a while after it.
        last = await read(haste).catch(onlyDrift);
        agreed = !(last instanceof DriftError) && agrees(last) ? agreed + 1 : 0;
        if (!(last instanceof DriftError) && agreed === agreeing) return last;
        await clock.sleep(pauseBetweenReads, haste.signal);
      } while (clock.monotonic() < end);
      const found = last instanceof DriftError ? last.message : describeReading(last);
      if (!(last instanceof DriftError) && foreign?.(last) === true) {
        throw new DriftError(`written, and then somebody else wrote: ${found}`, {
          hint: "nothing was written over it: 'crossfade status' shows the ways on",
        });
      }
      throw new PlatformError(`written, but the balancer reads back otherwise: ${found}`);
    },
  };
}

function onlyDrift(error: unknown): DriftError {
  if (error instanceof DriftError) return error;
  throw error;
}
