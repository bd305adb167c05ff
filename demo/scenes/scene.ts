import type { Stage } from '../stage.js';

export interface Scene {
  readonly title: string;
  /** What is going on. */
  readonly happens: string;
  /** What there is to see. */
  readonly watch: string;
  play(stage: Stage): Promise<void>;
}
