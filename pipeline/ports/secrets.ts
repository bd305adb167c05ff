import type { Settings } from '../../contract/settings.js';

export interface Secrets {
  /** What must never be recorded or printed: of these settings' secrets and of the platform's own. Never throws. */
  values(settings: readonly Settings[]): Promise<readonly string[]>;
  /**
   * Where each secret lies and in which version it is now, so that a run means the same one from its plan to its end.
   * Reads no value. Throws RefusedError for one that can't be used, ConfigurationError for one that nobody knows.
   * Absent: secrets are named by their versions already.
   */
  pin?(secrets: Settings['secrets']): Promise<Settings['secrets']>;
  /** One secret of these settings, for a question about it; undefined when it can't be read. Absent: nobody may. */
  read?(setting: string, secret: Settings['secrets'][string]): Promise<ReadSecret | undefined>;
}

export interface ReadSecret {
  readonly value: string;
  /** When it was last changed, ISO; undefined where nothing tells. */
  readonly since: string | undefined;
}
