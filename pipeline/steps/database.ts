import { counted } from '../../contract/counted.js';
import { z } from 'zod';
import { otherColour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { Json } from '../../contract/json.js';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import { VerdictError } from '../endings.js';
import type { Context, Step } from '../step.js';
import type { Database } from '../ports/database.js';
import type { Ask } from '../verifications/ask-check.js';
import { comparesWithBefore, verify } from '../verifications/verify.js';

export const backupArguments = z.strictObject({ name: z.string() });
export const migrateArguments = z.strictObject({
  /** Contracting migrations that wait, and for what. */
  hold: z.array(z.strictObject({ id: z.string(), until: z.string() })).default([]),
  contracting: z.array(z.string()).default([]),
  contractBecause: z.string().optional(),
  blockAtMostMilliseconds: z.number().positive().optional(),
});
export const verificationsArguments = z.strictObject({
  /** The step that asked before the migrations. */
  before: z.string().optional(),
});
export const contractArguments = z.strictObject({
  migrations: z.array(z.string()).min(1),
  contractBecause: z.string(),
});

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

export function migrate(options: z.infer<typeof migrateArguments>): Step {
  const { hold, contracting, contractBecause, blockAtMostMilliseconds } = options;
  const held = hold.map(({ id }) => id);
  return {
    kind: 'one-way',
    async skip(context) {
      const { release } = inputOf(context);
      // What a process that was killed in it has applied is this run's, and is told as such.
      if (release.migrate || context.begunBefore) return undefined;
      const { missing, differing } = await databaseOf(context).migrations(release);
      if (missing.filter((id) => !held.includes(id)).length + differing.length > 0) return undefined;
      const waiting = hold.filter(({ id }) => missing.includes(id));
      if (waiting.length === 0) return 'the database has every migration of this release';
      return `nothing but ${waiting.map(describeHeld).join('; ')}`;
    },
    async run(context) {
      const input = inputOf(context);
      const wanted = {
        hold: held,
        contracting,
        ...(contractBecause === undefined ? {} : { contractBecause }),
        ...(blockAtMostMilliseconds === undefined ? {} : { blockAtMostMilliseconds }),
      };
      const evidence = await databaseOf(context).migrate(input.release, input, context.work, wanted);
      return { because: hold.map(describeHeld).join('; '), evidence };
    },
  };
}

function describeHeld({ id, until }: { readonly id: string; readonly until: string }): string {
  return `${id} is held until ${until}`;
}

/** What the live release has waited with until nothing stands any more that needs what it removes. */
export function contract({ migrations, contractBecause }: z.infer<typeof contractArguments>): Step {
  return {
    kind: 'one-way',
    async run(context) {
      const live = otherColour(context.plan.to);
      const { input } = await context.platform.slots.state(live, context.signal);
      if (!input) throw new PlatformError(`what runs in ${live} can't be told, so nothing is removed for it`);
      const { migrate: _ownTool, ...plain } = input.release;
      const hold = plain.migrations.filter(({ id }) => !migrations.includes(id)).map(({ id }) => id);
      const options = { hold, contracting: migrations, contractBecause };
      const evidence = await databaseOf(context).migrate(
        plain,
        { ...input, run: context.plan.run },
        context.work,
        options,
      );
      return { because: migrations.join(', '), evidence };
    },
  };
}

/** What questions answer before the migrations, for those that are compared with it afterwards. */
export function capture(): Step {
  return {
    kind: 'look',
    async run(context) {
      const asked = inputOf(context).release.verifications.filter(comparesWithBefore);
      const answers: Record<string, string | null> = {};
      for (const { name, sql } of asked) answers[name] = await databaseOf(context).ask(sql, context.signal);
      return { because: `${asked.length} answers kept`, evidence: answers };
    },
  };
}

/** The release's own read-only questions; all of them are asked, and all that are wrong are said. */
export function verifications({ before }: z.infer<typeof verificationsArguments>): Step {
  return {
    kind: 'look',
    async run(context) {
      const { release } = inputOf(context);
      const captured = before === undefined ? {} : (context.evidenceOf(before) ?? {});
      const ask: Ask = (sql) => databaseOf(context).askRows(sql, context.signal);
      const answers: Record<string, Json> = {};
      const wrong: { name: string; verdict: Verdict }[] = [];
      for (const verification of release.verifications) {
        const { name } = verification;
        const verdict = await verify(verification, captured, ask);
        answers[name] = verdict.evidence['value'] ?? verdict.because;
        if (verdict.answer !== 'yes') wrong.push({ name, verdict });
      }
      if (wrong.length > 0) {
        const because = wrong.map(({ name, verdict }) => `${name}: ${verdict.because}`).join('\n');
        const answer = worstAnswer(wrong.map(({ verdict }) => verdict.answer));
        throw new VerdictError({ answer, because, evidence: answers });
      }
      return {
        because: `${counted(release.verifications.length, 'question')} answered as expected`,
        evidence: answers,
      };
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
