import { PlatformError } from '../../../contract/errors.js';
import type { NeededBackup } from '../../../contract/retention.js';
import type { BackupKind } from '../backup/backup-kind.js';
import { retainBackups } from '../backup/retain-backups.js';
import { silent } from '../silent.js';
import { branchLeftovers } from './branch-leftovers.js';
import { openBranchClone } from './branch-clone.js';
import { readBranchManifest, type BranchManifest } from './branch-manifest.js';
import type { BranchPlace } from './branch-place.js';
import { branchRestores } from './branch-restores.js';
import { takeBranch } from './take-branch.js';
import { verifyBranch } from './verify-branch.js';

export interface BranchBackupsOptions {
  readonly place: BranchPlace;
  /** Verified ones that are kept. */
  readonly keep: number;
  readonly neededBackups?: () => Promise<readonly NeededBackup[]>;
}

/** Backups that the service which serves the database keeps as branches of it, made by the team's own commands. */
export function branchBackups({ place, keep, neededBackups }: BranchBackupsOptions): BackupKind {
  async function manifestOf(name: string): Promise<BranchManifest> {
    const manifest = await readBranchManifest(place.folder, name);
    if (manifest === undefined) throw new PlatformError(`there is no backup ${name}`);
    return manifest;
  }

  return {
    async backUp(name, work) {
      const { bytes, createdAt, milliseconds, serverVersion, tables, mark } = await takeBranch(place, name, work);
      const counts = { tables: Object.keys(tables).length, lsn: mark?.lsn ?? null };
      return { name, bytes, evidence: { kind: 'branch', createdAt, milliseconds, serverVersion, ...counts } };
    },
    check: (name, work) => verifyBranch(place, name, work),
    async prune(needed, asked, work) {
      const all = [...needed, ...((await neededBackups?.()) ?? [])];
      const first = (each: string) => place.branches.remove(each, work);
      return retainBackups(place.folder, { ...asked, keep, needed: all, first });
    },
    async markOf(name) {
      const { mark } = await manifestOf(name);
      if (mark !== null) return mark;
      throw new PlatformError(`what was written since ${name} can't be counted: the server did not tell how much was`);
    },
    leftovers: branchLeftovers(place, silent),
    restores: branchRestores(place, manifestOf),
    async openClone(name, work) {
      await manifestOf(name);
      work.say(`branching ${name}`);
      return openBranchClone(place, name, `a rehearsal on ${name}`, work);
    },
  };
}
