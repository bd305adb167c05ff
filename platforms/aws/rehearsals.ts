import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Release } from '../../contract/release.js';
import type { Rehearsal, Rehearsals } from '../../pipeline/ports/rehearsals.js';
import { migrate } from '../postgres/migrate.js';
import { rdsCopies, type CopiesParts, type Copy } from './copies.js';
import { instanceInUse } from './instance-in-use.js';
import { reachedDatabase } from './reached-database.js';

export interface AwsRehearsalsParts extends Omit<CopiesParts, 'database' | 'restore'> {
  /** Hears of an instance that is left: it costs money. */
  readonly tell: (line: string) => void;
}

/**
 * Migrations in SQL on a temporary instance made of a snapshot, for a runner that reaches the database's network. Nothing
 * is started on it: that they apply to what is there, and how long they take on an instance of the same class, is all.
 */
export function awsRehearsals({ tell, ...parts }: AwsRehearsalsParts): Rehearsals {
  const { database, restore } = besideWhich(parts.outputs);
  const copies = rdsCopies({ ...parts, database, restore }, 'rehearsal');
  const inUse = () => instanceInUse({ ...parts, database });
  const { reached } = reachedDatabase({ ...parts, database, inUse });
  return {
    unableBecause: (release) => Promise.resolve(unableBecause(release)),
    async open(backup, run, work) {
      // Before anything is paid for: the copy lies in the same network.
      await reached('a rehearsal', 'owner');
      for (const gone of await copies.sweep({ say: tell }))
        work.say(`removed ${gone}, which an earlier process had left`);
      return rehearsalOn(await copies.open(backup, run, work), run, tell);
    },
    sweep: () => copies.sweep({ say: tell }),
  };
}

function unableBecause({ version, migrations, migrate: tool }: Release): string | undefined {
  if (tool !== undefined) {
    return `release ${version} migrates by its own command: on AWS only migrations in SQL are rehearsed (a deploy that asks for it takes --waive rehearsed="reason")`;
  }
  return migrations.length === 0 ? `release ${version} has no migrations to rehearse` : undefined;
}

function rehearsalOn(copy: Copy, run: string, tell: (line: string) => void): Rehearsal {
  return {
    milliseconds: copy.milliseconds,
    async migrate({ release }, work, options) {
      const began = performance.now();
      await migrate(await copy.address('owner'), release, { ...options, run }, work);
      return { milliseconds: Math.round(performance.now() - began), waits: [] };
    },
    async remove() {
      try {
        await copy.remove();
      } catch (error) {
        // It says nothing of the migrations; a later sweep tries again.
        if (!(error instanceof PlatformError)) throw error;
        tell(`${error.message}; ${error.hint ?? ''}`);
      }
    },
  };
}

function besideWhich({ database }: AwsOutputs): Pick<CopiesParts, 'database' | 'restore'> {
  if (database?.restore) return { database, restore: database.restore };
  throw new RefusedError('beside this database no instance can be made to rehearse on');
}
