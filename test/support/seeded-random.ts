/** Numbers from 0 to 1 that are the same for the same seed (mulberry32, Tommy Ettinger). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Successes in this many trials, by the gaps between them. */
  binomial(trials: number, probability: number): number {
    if (probability <= 0) return 0;
    if (probability >= 1) return trials;
    if (probability > 0.5) return trials - this.binomial(trials, 1 - probability);
    const logMiss = Math.log1p(-probability);
    let successes = 0;
    for (let trial = this.#gap(logMiss); trial <= trials; trial += this.#gap(logMiss)) successes += 1;
    return successes;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  #gap(logMiss: number): number {
    return Math.floor(Math.log(1 - this.next()) / logMiss) + 1;
  }
}
