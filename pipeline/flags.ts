/** Shares of users for whom a flag of the product is on, as the service says that keeps them. */
export interface Flags {
  /** Percent; 0 where it is off. Throws PlatformError where that can't be told. */
  weights(flag: string, signal: AbortSignal): Promise<number>;
  /** Resolves on read-back. Idempotent. Throws PlatformError. */
  shift(flag: string, percent: number, signal: AbortSignal): Promise<void>;
}
