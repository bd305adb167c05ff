/** Minutes in which we sent requests of our own through the users' route: what was counted then is not users' alone. */
export class OwnRequests {
  readonly #minutes = new Set<number>();

  /** Of a request that is sent now; one that is answered a little later may be counted in the next minute. */
  note(at: Date): void {
    this.#minutes.add(minuteOf(at.getTime()));
    this.#minutes.add(minuteOf(at.getTime() + answeredWithin));
  }

  among(minute: Date): boolean {
    return this.#minutes.has(minuteOf(minute.getTime()));
  }
}

const answeredWithin = 10_000;

function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / 60_000);
}
