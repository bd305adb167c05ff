import type { Weights } from '../../contract/weights.js';

export interface ArmedSwitch {
  readonly run: string;
  readonly returnTo: Weights;
  readonly token: number;
  readonly remainingMilliseconds: number;
}

export interface FiredSwitch {
  readonly run: string;
  readonly returnTo: Weights;
  /** The token it took: the next above the armed one. */
  readonly token: number;
  readonly at: string;
}

export interface DeadMansSwitch {
  /** Arms, or moves the deadline. Throws FencedError when it has fired or a higher token was seen. */
  arm(options: { run: string; returnTo: Weights; token: number; deadlineMilliseconds: number }): Promise<void>;
  disarm(token: number): Promise<void>;
  read(): Promise<{ readonly armed: ArmedSwitch | undefined; readonly fired: FiredSwitch | undefined }>;
}
