import type { DatabaseBackups } from '../../../contract/database-backups.js';
import type { PostgresAddress } from '../../postgres/address.js';

/** Where dumps lie, what is dumped and how. */
export interface DumpPlace {
  /** Folder, one below it for each dump. */
  readonly dumps: string;
  /** As a role that may read everything, and create databases beside. */
  address(): Promise<PostgresAddress>;
  readonly settings: DatabaseBackups;
  /** What `file:` and `env:` references lead to. */
  secret(name: string, reference: string): Promise<string>;
  /** Free bytes where the server keeps its data; undefined where that can't be told from here. */
  readonly freeBytes?: () => Promise<number | undefined>;
}
