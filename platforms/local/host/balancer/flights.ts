import type { Colour } from '../../../../contract/colour.js';
import type { Answer } from './protocol.js';

/** Users' requests and websockets on their way through each slot. */
export class Flights {
  private readonly inFlight = { blue: 0, green: 0 };
  /** Since a restart nobody knows how long a slot has been quiet: it counts from there. */
  private readonly lastBegan: { blue: number | undefined; green: number | undefined };

  private readonly monotonic: () => number;

  constructor(monotonic: () => number, standing: Readonly<Record<Colour, boolean>>) {
    this.monotonic = monotonic;
    const now = monotonic();
    this.lastBegan = { blue: standing.blue ? now : undefined, green: standing.green ? now : undefined };
  }

  begin(colour: Colour): void {
    this.inFlight[colour] += 1;
    this.lastBegan[colour] = this.monotonic();
  }

  end(colour: Colour): void {
    this.inFlight[colour] -= 1;
  }

  /** The slot is gone: what comes there next begins anew. */
  forget(colour: Colour): void {
    this.lastBegan[colour] = undefined;
  }

  quiet(colour: Colour): Answer<'quiet'> {
    const began = this.lastBegan[colour];
    const inFlight = this.inFlight[colour];
    return began === undefined ? { inFlight } : { inFlight, idleMilliseconds: Math.max(0, this.monotonic() - began) };
  }

  get total(): number {
    return this.inFlight.blue + this.inFlight.green;
  }
}
