import type { StepList } from './step-list.js';

export interface BackupFacts {
  readonly run: string;
  /** Of the platform's abilities; left out: it can. */
  readonly triesBackups?: boolean;
}

/** A backup named once for the run, and its check in words that promise no more than the platform does. */
export function addBackup(list: StepList, { run, triesBackups = true }: BackupFacts): void {
  const backup = { name: `before-${run}` };
  list.add({ id: 'back-up', use: 'back-up', kind: 'change', title: 'back the database up', arguments: backup });
  const title = triesBackups
    ? 'check the backup by restoring it'
    : 'check that the backup is whole, encrypted and fresh (it is not restored)';
  list.add({ id: 'verify-backup', use: 'verify-backup', title, arguments: backup });
}
