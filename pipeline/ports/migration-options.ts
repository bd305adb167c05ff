export interface MigrationOptions {
  /** Ids that are not applied now. */
  readonly hold?: readonly string[];
  /** Ids that remove what an earlier release may use, declared or recognised; noted as such. */
  readonly contracting?: readonly string[];
  /** How long anybody may wait for what a migration holds, before it is stopped. */
  readonly blockAtMostMilliseconds?: number;
  /** Why those that are not held may run; left out, they are refused. */
  readonly contractBecause?: string;
}
