import type { AwsOutputs } from '../../../contract/outputs.js';
import type { Release } from '../../../contract/release.js';
import type { Store } from '../../../journal/store.js';
import type { Clock } from '../../../pipeline/ports/clock.js';
import type { Platform } from '../../../pipeline/ports/platform.js';
import type { AlbTarget } from '../../../platforms/aws/alb-api.js';
import type { FakeClock } from '../fake-clock.js';

/** An environment on AWS, or on what stands in for it, that outlives the processes which work on it. */
export interface KillableAws {
  readonly outputs: AwsOutputs;
  readonly clock: FakeClock;
  /** With images that can be pulled. */
  release(version: string): Promise<Release>;
  /** The ports as one process has them. */
  platform(clock: Clock, store: Store): Promise<Platform>;
  /** What fires at its time, whoever lives. */
  armed(): Promise<{ readonly at: Date; readonly input: string } | undefined>;
  /** As the function of the dead man's switch does. */
  writeRule(ruleArn: string, targets: readonly AlbTarget[]): Promise<void>;
  /** ECS services that may not shrink. */
  held(): Promise<readonly string[]>;
  /** Of migrations that were begun, one each. */
  migrationTokens(): readonly string[];
}
