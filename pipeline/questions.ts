import type { Colour } from '../contract/colour.js';
import type { Check } from '../contract/gate.js';
import type { Plan } from '../contract/plan.js';
import type { Verdict } from '../contract/verdict.js';
import type { Platform } from './ports/platform.js';

/** What an item of a checklist is asked about. */
export interface Asked {
  /** Id of the item. */
  readonly item: string;
  readonly environment: string;
  /** The slot that the release goes into. */
  readonly colour: Colour;
  readonly plan: Plan;
  readonly platform: Platform;
}

/** Asks the world what an item of a checklist claims; touches nothing that belongs to the product. */
export interface Questions {
  /** Unknown when it can't be asked. Ends soon after the signal. Evidence is typed; texts of others are attachments. */
  ask(check: Check, about: Asked, signal: AbortSignal): Promise<Verdict>;
}
