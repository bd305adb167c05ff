import type { Colour } from '../../../../contract/colour.js';
import type { Crossing, Purpose } from './crossing.js';
import type { Tally } from './request-ring.js';

/** To which slot one request is charged; only users' requests are counted. */
export class Account {
  /** Undefined before a slot was chosen, and after the end. */
  colour: Colour | undefined;
  private tally: Tally | undefined;
  private recorded = false;
  private erred = false;
  private readonly crossing: Crossing;
  private readonly purpose: Purpose;
  private readonly service: string;

  constructor(crossing: Crossing, purpose: Purpose, service: string) {
    this.crossing = crossing;
    this.purpose = purpose;
    this.service = service;
  }

  /** Of the slots that a request was charged to one after the other, each may get an outcome of its own. */
  enter(colour: Colour, independent: boolean): void {
    this.leave();
    this.colour = colour;
    this.recorded = false;
    if (this.purpose === 'user') {
      this.tally = this.crossing.ring.begin(colour, this.service, independent);
      this.crossing.flights.begin(colour);
    } else if (this.purpose === 'probe') {
      this.crossing.probed(this.service, colour);
    }
  }

  /** The outcome; `milliseconds` undefined: there was no answer to measure. */
  record(isError: boolean, milliseconds: number | undefined): void {
    if (this.recorded) return;
    this.recorded = true;
    this.erred = isError;
    this.tally?.record(isError, milliseconds);
  }

  /** The slot broke off an answer that may have been counted as good. */
  brokeOff(): void {
    if (this.tally !== undefined && !this.erred) this.tally.errors += 1;
    this.erred = true;
  }

  leave(): void {
    if (this.colour !== undefined && this.purpose === 'user') this.crossing.flights.end(this.colour);
    this.colour = undefined;
  }
}
