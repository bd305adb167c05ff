import type { Announcement } from '../contract/announcement.js';
import type { JsonObject } from '../contract/json.js';
import type { Clock } from '../pipeline/ports/clock.js';
import type { Asked } from '../pipeline/questions.js';

/** One metric of CloudWatch, and over which time. */
export interface CloudWatchQuestion {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly minutes: number;
  /** Undefined: where the environment lies. */
  readonly region: string | undefined;
}

/** What adapters may know of the machine that they ask from. */
export interface Surroundings {
  /** Absolute path of the project: commands run there, and paths are relative to it. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Of the process, to be handed on. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Takes secrets out of text that arrives in pieces; these also, beside those of the environment. */
  redacting(secrets: readonly string[]): RedactedText;
  /** Settings of another environment, as its stack file has them; undefined when that can't be read. */
  settingsOf(environment: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** A secret of another environment, to be compared in this process; undefined when that can't be read. */
  secretOf(environment: string, name: string): Promise<string | undefined>;
  /** What stands announced of the release of this run; undefined: nothing, as far as the records tell. */
  announcement(about: Asked): Promise<Announcement | undefined>;
  /** The newest whole period of a metric of AWS; undefined without samples in it. Throws OperatorError. */
  cloudWatch(question: CloudWatchQuestion, signal: AbortSignal): Promise<number | undefined>;
  /** Keeps a text beside the journal. Resolves to what the journal says of it. */
  attach(run: string, text: string): Promise<JsonObject>;
}

/** Gives out what is safe to keep, as soon as it is. */
export interface RedactedText {
  push(chunk: string): string;
  end(): string;
}
