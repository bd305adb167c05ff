import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import { VerdictError } from '../endings.js';
import type { Context, Step } from '../step.js';
import type { Database } from '../ports.js';

export const backupArguments = z.strictObject({ name: z.string() });
export const verificationsArguments = z.strictObject({});
export const migrateArguments = z.strictObject({});

/** A backup is named once, in the plan, so that waiting, checking and finding it all mean the same one. */
export function backUp({ name }: z.infer<typeof backupArguments>): Step {
  return {
    kind: 'change',
    async run(context) {
      const backup = await databaseOf(context).backUp(name, context.work);
      return {
        because: `${name}, ${backup.bytes} bytes`,
        evidence: { ...backup.evidence, name: backup.name, bytes: backup.bytes },
      };
    },
    // A backup is kept whatever becomes of the run: it is what somebody may need next.
    undo: () => Promise.resolve({ kept: name }),
  };
}

export function verifyBackup({ name }: z.infer<typeof backupArguments>): Step {
  return {
    kind: 'look',
    async run(context) {
      const verdict = await databaseOf(context).verifyBackup(name, context.work);
      if (verdict.answer !== 'yes') throw new VerdictError(verdict);
      return verdict;
    },
  };
}

export function migrate(): Step {
  return {
    kind: 'one-way',
    async skip(context) {
      const { release } = inputOf(context);
      if (release.migrate) return undefined;
      const { missing, differing } = await databaseOf(context).migrations(release);
      return missing.length + differing.length === 0 ? 'the database has every migration of this release' : undefined;
    },
    async run(context) {
      const input = inputOf(context);
      return { evidence: await databaseOf(context).migrate(input.release, input, context.work) };
    },
  };
}

/** The release's own read-only questions, each with the one answer that is right. */
export function verifications(): Step {
  return {
    kind: 'look',
    async run(context) {
      const { release } = inputOf(context);
      const database = databaseOf(context);
      const answers: Record<string, string | null> = {};
      for (const { name, sql, equals } of release.verifications) {
        const answer = await database.ask(sql, context.signal);
        answers[name] = answer;
        if (answer !== equals) {
          const because = `${name}: expected ${equals}, the database says ${answer ?? 'nothing'}`;
          throw new VerdictError({ answer: 'no', because, evidence: answers });
        }
      }
      return { because: `${release.verifications.length} queries answered as expected`, evidence: answers };
    },
  };
}

function databaseOf({ platform }: Context): Database {
  if (!platform.database) throw new PlatformError(`the ${platform.name} platform has no database in this environment`);
  return platform.database;
}

function inputOf({ plan }: Context): NonNullable<Context['plan']['input']> {
  if (!plan.input) throw new Error('this step needs a plan with an input');
  return plan.input;
}
