import type { DrillRecord, RehearsalRecord } from '../../contract/database-proofs.js';

/** What was proven about the database outside of any run. Every method may throw StoreError. */
export interface Proofs {
  lastGoodDrill(): Promise<DrillRecord | undefined>;
  /** The newest that was good, of the same migrations and releases. */
  goodRehearsal(digest: string): Promise<RehearsalRecord | undefined>;
  noteRehearsal(record: RehearsalRecord): Promise<void>;
}
