/** Wall time for people and records, monotonic time for every decision. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go backwards. */
  monotonic(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(duration: number, signal?: AbortSignal): Promise<void>;
}
