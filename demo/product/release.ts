/** What one release of the demo product is and how it misbehaves; its build bakes it into every service. */
export interface ReleaseTraits {
  readonly version: string;
  /** Release notes of one line, for the narration. */
  readonly notes: string;
  /** Every how many-th customer gets an answer 500 from the API; 0: none. */
  readonly failsEveryNthCustomer: number;
  /** Factor on the time that a request takes. */
  readonly slowness: number;
  /** False: the health check is answered 503 for ever. */
  readonly becomesHealthy: boolean;
  /** Orders carry a currency, which needs the migration 003_currency. */
  readonly knowsCurrency: boolean;
}

declare const RELEASE_TRAITS: ReleaseTraits;

/** Replaced by the build. */
export const release: ReleaseTraits = RELEASE_TRAITS;
