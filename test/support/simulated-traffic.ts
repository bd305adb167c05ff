import type { Histogram, Observation, ServiceSample } from '../../pipeline/ports/metrics.js';
import { SeededRandom } from './seeded-random.js';

/** How a slot behaves: latencies are log-normal. */
export interface Behaviour {
  readonly errorPercent: number;
  /** Left out: the platform has no latencies. */
  readonly latency?: { readonly medianMilliseconds: number; readonly spread: number };
}

export interface Traffic {
  readonly seed: number;
  readonly requestsPerSecond: number;
  /** Share of green, the slot under judgement; blue has the rest. */
  readonly percent: number;
  readonly green: Behaviour;
  readonly blue: Behaviour;
  readonly bounds?: readonly number[];
}

interface Arm {
  requests: number;
  errors: number;
  readonly counts: number[];
}

/** From 1 ms to 100 s, each bound 15 % above the one before. */
export const fineBounds: readonly number[] = Array.from({ length: 84 }, (_, index) => 1.15 ** index);

/** Requests of one service `api` on both slots, second by second, each request on its own luck. */
export class SimulatedTraffic {
  readonly #random: SeededRandom;
  readonly #traffic: Traffic;
  readonly #bounds: readonly number[];
  readonly #green: Arm;
  readonly #blue: Arm;
  #seconds = 0;

  constructor(traffic: Traffic) {
    this.#random = new SeededRandom(traffic.seed);
    this.#traffic = traffic;
    this.#bounds = traffic.bounds ?? fineBounds;
    this.#green = this.#arm();
    this.#blue = this.#arm();
  }

  get green(): Readonly<Arm> {
    return this.#green;
  }

  get blue(): Readonly<Arm> {
    return this.#blue;
  }

  /** Lets one second pass. */
  pass(): void {
    const { requestsPerSecond, percent, green, blue } = this.#traffic;
    const toGreen = this.#random.binomial(requestsPerSecond, percent / 100);
    this.#serve(this.#green, green, toGreen);
    this.#serve(this.#blue, blue, requestsPerSecond - toGreen);
    this.#seconds += 1;
  }

  /** All since the beginning. */
  observation(): Observation {
    return {
      complete: true,
      seconds: this.#seconds,
      samples: {
        green: { api: this.#sample(this.#green, this.#traffic.green) },
        blue: { api: this.#sample(this.#blue, this.#traffic.blue) },
      },
    };
  }

  #arm(): Arm {
    return { requests: 0, errors: 0, counts: this.#bounds.map(() => 0) };
  }

  #serve(arm: Arm, { errorPercent, latency }: Behaviour, requests: number): void {
    arm.requests += requests;
    arm.errors += this.#random.binomial(requests, errorPercent / 100);
    if (latency === undefined) return;
    for (let request = 0; request < requests; request += 1) {
      const index = this.#bucketOf(latency.medianMilliseconds * Math.exp(latency.spread * this.#random.normal()));
      arm.counts[index] = (arm.counts[index] ?? 0) + 1;
    }
  }

  /** Binary search; what is above the last bound goes into the last bucket. */
  #bucketOf(milliseconds: number): number {
    let low = 0;
    let high = this.#bounds.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (milliseconds <= (this.#bounds[middle] ?? Infinity)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #sample(arm: Arm, behaviour: Behaviour): ServiceSample {
    const latency: Histogram | undefined =
      behaviour.latency === undefined ? undefined : { bounds: this.#bounds, counts: arm.counts };
    return { requests: arm.requests, errors: arm.errors, latency };
  }
}
