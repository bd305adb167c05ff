import type { Colour } from '../../contract/colour.js';
import type { Change } from './change.js';

/** In the order in which people read them: what can't be taken back first. */
export const dangers = [
  'hidden',
  'data',
  'traffic',
  'security',
  'access',
  'downtime',
  'unknown',
  'cost',
  'harmless',
] as const;

/**
 * `hidden`: the preview does not show what an up would do; `access`: what IAM lets somebody do. `unknown` is neither
 * dangerous nor harmless, and before a change that means stop.
 */
export type Danger = (typeof dangers)[number];

export interface Finding {
  readonly danger: Danger;
  /** No secret and no value that was not looked at: names, numbers, addresses and actions only. */
  readonly because: string;
}

/** What the engine's answer does not say. */
export interface Circumstances {
  /** Slots that users reach; undefined: not known, so both are treated as live. */
  readonly live: readonly Colour[] | undefined;
  /** How that is known, or why it is not. */
  readonly liveBecause: string;
  /** Nothing stood in the stack before: nobody is served by it, and it holds nothing. */
  readonly fresh: boolean;
}

/** Looks at one thing about a change. Nothing to say is an empty list, never 'harmless'. */
export type Rule = (change: Change, circumstances: Circumstances) => readonly Finding[];

export function stops(danger: Danger): boolean {
  return danger !== 'cost' && danger !== 'harmless';
}
