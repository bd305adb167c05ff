import type { Severity } from '../../contract/severity.js';
import type { Verdict } from '../../contract/verdict.js';

export interface Alarms {
  /** Fires the alarm that exists to be fired, sees whether its receivers' topic has taken the page, and puts it back. */
  fire(severity: Severity, because: string): Promise<Verdict>;
}
