import type { JsonObject } from '../contract/json.js';
import type { Clock } from '../pipeline/ports.js';

/** What adapters may know of the machine that they ask from. */
export interface Surroundings {
  /** Absolute path of the project: commands run there, and paths are relative to it. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Of the process, to be handed on. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Takes secrets out of text that arrives in pieces; these also, beside those of the environment. */
  redacting(secrets: readonly string[]): RedactedText;
  /** Keeps a text beside the journal. Resolves to what the journal says of it. */
  attach(run: string, text: string): Promise<JsonObject>;
}

/** Gives out what is safe to keep, as soon as it is. */
export interface RedactedText {
  push(chunk: string): string;
  end(): string;
}
