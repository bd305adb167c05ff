import { colours } from '../../../../contract/colour.js';
import type { Colour } from '../../../../contract/colour.js';
import { latencyBounds, latencyIndex } from './latency-bounds.js';
import type { Answer } from './protocol.js';

const cellMilliseconds = 1_000;
const keptMilliseconds = 30 * 60_000;

/** What is counted of one service's requests to one slot that began within one cell. */
export class Tally {
  choices = 0;
  requests = 0;
  errors = 0;
  readonly latency = new Uint32Array(latencyBounds.length);

  /** A request has its outcome; `milliseconds` undefined: the slot gave no answer to measure. */
  record(isError: boolean, milliseconds: number | undefined): void {
    this.requests += 1;
    if (isError) this.errors += 1;
    if (milliseconds === undefined) return;
    const index = latencyIndex(milliseconds);
    this.latency[index] = (this.latency[index] ?? 0) + 1;
  }
}

interface Cell {
  readonly began: number;
  readonly tallies: Map<string, Tally>;
}

/**
 * Users' requests of the last 30 minutes in cells of a second, by the moment they began. A mark ends the cell, so that
 * what is observed since then is exact. Nothing of it outlives the process: a mark of another boot is not complete.
 */
export class RequestRing {
  private readonly cells: Cell[] = [];
  /** Sequence number of `cells[0]`. */
  private first = 0;

  private readonly boot: string;
  private readonly monotonic: () => number;

  constructor(boot: string, monotonic: () => number) {
    this.boot = boot;
    this.monotonic = monotonic;
    this.cells.push({ began: monotonic(), tallies: new Map() });
  }

  /** Where the outcome of a request that begins now is to be recorded; `independent` when its slot was drawn by lot. */
  begin(colour: Colour, service: string, independent: boolean): Tally {
    const now = this.monotonic();
    let cell = this.lastCell();
    if (now - cell.began >= cellMilliseconds) cell = this.nextCell(now);
    const key = `${colour}/${service}`;
    let tally = cell.tallies.get(key);
    if (tally === undefined) {
      tally = new Tally();
      cell.tallies.set(key, tally);
    }
    if (independent) tally.choices += 1;
    return tally;
  }

  /** `boot:cell:milliseconds` */
  mark(): string {
    const now = this.monotonic();
    if (this.lastCell().tallies.size > 0) this.nextCell(now);
    return `${this.boot}:${this.first + this.cells.length - 1}:${now.toFixed(3)}`;
  }

  observe(mark: string, services: readonly string[]): Answer<'observe'> {
    const since = this.since(mark);
    const samples: Answer<'observe'>['samples'] = { blue: {}, green: {} };
    for (const colour of colours) {
      for (const service of services) {
        const sum = {
          requests: 0,
          errors: 0,
          latency: { bounds: [...latencyBounds], counts: latencyBounds.map(() => 0) },
        };
        for (const { tallies } of since.cells) {
          const tally = tallies.get(`${colour}/${service}`);
          if (tally === undefined) continue;
          sum.requests += tally.requests;
          sum.errors += tally.errors;
          tally.latency.forEach((count, index) => {
            if (count > 0) sum.latency.counts[index] = (sum.latency.counts[index] ?? 0) + count;
          });
        }
        samples[colour][service] = sum;
      }
    }
    return { complete: since.complete, seconds: since.seconds, samples };
  }

  choices(mark: string, services: readonly string[]): Answer<'choices'> {
    const since = this.since(mark);
    const chosen = (colour: Colour, service: string): number =>
      since.cells.reduce((sum, { tallies }) => sum + (tallies.get(`${colour}/${service}`)?.choices ?? 0), 0);
    const entries = services.map((service) => [
      service,
      { blue: chosen('blue', service), green: chosen('green', service) },
    ]);
    return { complete: since.complete, services: Object.fromEntries(entries) as Answer<'choices'>['services'] };
  }

  private since(mark: string): { complete: boolean; seconds: number; cells: readonly Cell[] } {
    const now = this.monotonic();
    const [, boot, sequence, began] = /^([^:]+):(\d+):(\d+\.\d+)$/.exec(mark) ?? [];
    const index = boot === this.boot ? Number(sequence) - this.first : -1;
    if (index >= 0 && index < this.cells.length) {
      return { complete: true, seconds: Math.max(0, now - Number(began)) / 1_000, cells: this.cells.slice(index) };
    }
    const oldest = this.cells[0]?.began ?? now;
    return { complete: false, seconds: (now - oldest) / 1_000, cells: this.cells };
  }

  private lastCell(): Cell {
    const cell = this.cells.at(-1);
    if (cell === undefined) throw new Error('a ring always has a cell');
    return cell;
  }

  private nextCell(now: number): Cell {
    const cell = { began: now, tallies: new Map<string, Tally>() };
    this.cells.push(cell);
    while (this.cells.length > 1 && now - (this.cells[0]?.began ?? now) > keptMilliseconds) {
      this.cells.shift();
      this.first += 1;
    }
    return cell;
  }
}
