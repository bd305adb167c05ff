import { IntegrityError, RefusedError } from '../../../contract/errors.js';
import type { KeptDatabase, Restores } from '../../../pipeline/ports/restores.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { orLackingMigrations } from '../../postgres/or-lacking-migrations.js';
import { openSession } from '../../postgres/session.js';
import { listBackups } from '../backup/retain-backups.js';
import type { Branch } from './branch-commands.js';
import type { BranchManifest } from './branch-manifest.js';
import { branchAddress, type BranchPlace } from './branch-place.js';
import { silent } from '../silent.js';
import { compareBranch } from './verify-branch.js';

const restoredName = (run: string): string => `restored-${run}`;
const keptName = (run: string): string => `kept-before-${run}`;
const leftName = (run: string): string => `kept-after-${run}`;

/** A restore is a branch of a branch; the service lets the database's URLs lead to it, and keeps what they led to. */
export function branchRestores(place: BranchPlace, manifest: (name: string) => Promise<BranchManifest>): Restores {
  const { branches, environment } = place;
  const find = async (name: string, work: Work): Promise<Branch | undefined> =>
    (await branches.list(work)).find((each) => each.name === name);

  return {
    list: () => listBackups(place.folder),
    async beside(backup, run, work) {
      const began = performance.now();
      const { bytes } = await manifest(backup);
      const name = restoredName(run);
      if ((await find(keptName(run), work)) === undefined) {
        work.say(`branching ${backup} beside the database`);
        await branches.create(name, backup, work);
      }
      return { backup, branch: name, bytes, milliseconds: Math.round(performance.now() - began) };
    },
    async verify(backup, run, release, work) {
      const branch = await find(restoredName(run), work);
      if (branch === undefined) throw new IntegrityError(`nothing was restored to ${restoredName(run)}`);
      const address = await branchAddress(place, branch, 'superuser');
      const verdict = await compareBranch(await manifest(backup), address, 0);
      if (verdict.answer !== 'yes' || release === undefined) return verdict;
      const session = await openSession(address, { applicationName: 'crossfade check', readOnly: true });
      try {
        return await orLackingMigrations(verdict, release, session);
      } finally {
        await session.close();
      }
    },
    inUse: async (run) => (await find(keptName(run), silent)) !== undefined,
    async switchTo(run, work) {
      const began = performance.now();
      const kept = keptName(run);
      work.say(`slots go on with ${restoredName(run)}; the database before is kept as ${kept}`);
      if ((await find(kept, work)) === undefined) await branches.restore(restoredName(run), kept, work);
      return { branch: restoredName(run), kept, milliseconds: Math.round(performance.now() - began) };
    },
    async switchBack(run, work, { keep } = { keep: false }) {
      const kept = keptName(run);
      if ((await find(kept, work)) === undefined) return { switched: false };
      work.say(`slots go back to what is kept as ${kept}`);
      await branches.restore(kept, keep ? leftName(run) : restoredName(run), work);
      return { switched: true };
    },
    async remove(run) {
      if ((await find(keptName(run), silent)) !== undefined) {
        throw new RefusedError('slots use what was restored: it is not removed');
      }
      await branches.remove(restoredName(run), silent);
      return { removed: restoredName(run) };
    },
    async kept() {
      const [found, backups] = await Promise.all([branches.list(silent), listBackups(place.folder)]);
      const noted = new Set(backups.map(({ name }) => name));
      return found.flatMap(({ name }) =>
        noted.has(name) ? [] : [...keptOf(name, environment), ...strayOf(name, environment)],
      );
    },
    async drop(name) {
      if (keptOf(name, environment).length > 0) await branches.remove(name, silent);
    },
  };
}

/** By its name, which a run of this environment has given it: one service may keep branches of several. */
function keptOf(name: string, environment: string): KeptDatabase[] {
  const [, kind, run] = /^(restored|kept-before|kept-after)-(.+)$/.exec(name) ?? [];
  if (!isOf(run, environment)) return [];
  const was = kind === 'restored' ? 'restored' : kind === 'kept-after' ? 'after' : 'before';
  return [{ name, run, was, since: undefined, bytes: undefined, place: name }];
}

/** Named like a backup of a run of this environment. Never dropped: another machine may have noted it. */
function strayOf(name: string, environment: string): KeptDatabase[] {
  const run = /^before-(.+)$/.exec(name)?.[1];
  if (!isOf(run, environment)) return [];
  return [{ name, run, was: 'stray', since: undefined, bytes: undefined, place: name }];
}

function isOf(run: string | undefined, environment: string): run is string {
  return run?.startsWith(`${environment}-2`) === true;
}
