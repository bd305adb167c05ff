import { PlatformError } from '../../../contract/errors.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { BackupKind } from '../backup/backup-kind.js';
import { listBackups, retainBackups, surplusBackups } from '../backup/retain-backups.js';
import { openBranchClone } from './branch-clone.js';
import { readBranchManifest, type BranchManifest } from './branch-manifest.js';
import type { BranchPlace } from './branch-place.js';
import { branchRestores } from './branch-restores.js';
import { silent } from './silent.js';
import { takeBranch } from './take-branch.js';
import { verifyBranch } from './verify-branch.js';

export interface BranchBackupsOptions {
  readonly place: BranchPlace;
  /** Verified ones that are kept. */
  readonly keep: number;
  readonly neededBackups?: () => Promise<readonly string[]>;
}

/** Backups that the service which serves the database keeps as branches of it, made by the team's own commands. */
export function branchBackups({ place, keep, neededBackups }: BranchBackupsOptions): BackupKind {
  async function manifestOf(name: string): Promise<BranchManifest> {
    const manifest = await readBranchManifest(place.folder, name);
    if (manifest === undefined) throw new PlatformError(`there is no backup ${name}`);
    return manifest;
  }

  async function prune(needed: readonly string[], dryRun: boolean, work: Work): Promise<readonly string[]> {
    const all = [...needed, ...((await neededBackups?.()) ?? [])];
    if (dryRun) return surplusBackups(place.folder, keep, all);
    return retainBackups(place.folder, keep, all, (each) => place.branches.remove(each, work));
  }

  return {
    async backUp(name, work) {
      const { bytes, createdAt, milliseconds, serverVersion, tables, mark } = await takeBranch(place, name, work);
      const counts = { tables: Object.keys(tables).length, lsn: mark?.lsn ?? null };
      return { name, bytes, evidence: { kind: 'branch', createdAt, milliseconds, serverVersion, ...counts } };
    },
    check: (name, work) => verifyBranch(place, name, work),
    retain: (name, work) => prune([name], false, work),
    // What the service keeps costs, also where no deploy comes and `keep` was made smaller.
    async prune(needed, { dryRun }) {
      const standing = await listBackups(place.folder);
      const removed = await prune(needed, dryRun, silent);
      return { removed: removed.toReversed(), kept: standing.length - removed.length };
    },
    async markOf(name) {
      const { mark } = await manifestOf(name);
      if (mark !== null) return mark;
      throw new PlatformError(`what was written since ${name} can't be counted: the server did not tell how much was`);
    },
    restores: branchRestores(place, manifestOf),
    async openClone(name, work) {
      await manifestOf(name);
      work.say(`branching ${name}`);
      return openBranchClone(place, name, work);
    },
  };
}
