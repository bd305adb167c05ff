import type { Colour } from '../../../contract/colour.js';
import type { ArmedSwitchPayload } from '../../../contract/armed-switch.js';

/** All that the switch touches. Keys are those of the store, without its prefix. */
export interface World {
  readonly environment: string;
  /** ARNs of the slots' composite alarms. */
  readonly alarms: Readonly<Record<Colour, string>>;
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  /** What is armed, and when it is due in milliseconds since 1970; undefined: nothing. */
  schedule(): Promise<{ readonly input: unknown; readonly at: number } | undefined>;
  alarmState(colour: Colour): Promise<string | undefined>;
  writeRule(route: ArmedSwitchPayload['routes'][number]): Promise<void>;
  page(subject: string, text: string): Promise<void>;
  readonly store: {
    last(stream: string): Promise<number | undefined>;
    get(key: string): Promise<string | undefined>;
    put(key: string, text: string): Promise<void>;
    putOnce(key: string, text: string): Promise<'written' | 'exists'>;
  };
}

export function fire(event: unknown, world: World): Promise<{ readonly did: string; readonly because: string }>;
export function firedKey(environment: string): string;
export function canonicalJson(value: unknown): string;
