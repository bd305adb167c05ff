import type { Colour } from '../../contract/colour.js';
import type { JsonObject } from '../../contract/json.js';
import type { Work } from './work.js';

export interface Background {
  /** Which slot does each background or singleton service's work; undefined: none. */
  owner(): Promise<Readonly<Record<string, Colour | undefined>>>;
  /** Stops the services in the other slot (waiting until what they have begun is finished), then starts them in `to`. Idempotent. */
  handOver(services: readonly string[], to: Colour, token: number, work: Work): Promise<JsonObject>;
  /** Stops them in this slot, for the undo before a first release. Idempotent. */
  stop(services: readonly string[], colour: Colour, token: number, work: Work): Promise<JsonObject>;
}
