import { execa } from 'execa';
import { z } from 'zod';
import type { BranchCommands } from '../../../contract/database-backups.js';
import { PlatformError } from '../../../contract/errors.js';
import { parse } from '../../../contract/parse.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { resolveSecret } from '../host/processes/replica-environment.js';

/** A branch as its service tells it. Addresses that are left out are those of the database in use. */
const branchSchema = z.object({
  name: z.string().min(1),
  host: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).optional(),
  database: z.string().min(1).optional(),
  /** Whole URLs, where the branch has logins of its own. They are used, and never printed or kept. */
  urls: z.object({ app: z.string(), owner: z.string(), reader: z.string() }).partial().optional(),
});

export type Branch = z.infer<typeof branchSchema>;

export interface Branches {
  /** Of the database in use, or `from` a branch. Asked again for one that is there, it is that one. */
  create(name: string, from: string | undefined, work: Work): Promise<Branch>;
  /** From here on the database's URLs lead to this branch; what they led to is the branch `keepAs`. */
  restore(name: string, keepAs: string, work: Work): Promise<void>;
  /** Idempotent. */
  remove(name: string, work: Work): Promise<void>;
  list(work: Work): Promise<readonly Branch[]>;
}

const longestAnswer = 1_000_000;

/** The team's own commands for the service that serves its database. Each throws PlatformError. */
export function branchCommands(commands: BranchCommands, database: string, directory: string): Branches {
  async function run(
    action: 'create' | 'restore' | 'delete' | 'list',
    asked: Readonly<Record<string, string>>,
    work: Work,
  ): Promise<string> {
    const { signal } = work;
    signal.throwIfAborted();
    const [program = '', ...words] = commands[action];
    const secrets: Record<string, string> = {};
    for (const [name, place] of Object.entries(commands.secrets)) {
      secrets[name] = await resolveSecret(name, place, directory);
    }
    const { PATH = '/usr/bin:/bin', HOME = '/' } = process.env;
    const env = { PATH, HOME, ...secrets, CROSSFADE_ACTION: action, CROSSFADE_DATABASE: database, ...asked };
    const options = { env, extendEnv: false, reject: false, stdin: 'ignore', maxBuffer: longestAnswer } as const;
    const result = await execa(program, words, { ...options, timeout: commands.within, cancelSignal: signal });
    signal.throwIfAborted();
    for (const line of plainLines(result.stderr)) work.say(`  ${line}`);
    if (!result.failed) return result.stdout;
    const what = result.timedOut
      ? `did not end within ${Math.round(commands.within / 1_000)} s`
      : result.isMaxBuffer
        ? `said more than ${longestAnswer} bytes`
        : result.exitCode === undefined
          ? `could not be run (${result.code ?? result.signal ?? 'no reason given'})`
          : `ended with code ${result.exitCode}`;
    const last = plainLines(result.stderr).at(-1);
    throw new PlatformError(
      `${program}, asked to ${action} ${asked['CROSSFADE_BRANCH'] ?? 'branches'}, ${what}${last === undefined ? '' : `: ${last}`}`,
      {
        hint: `look at database.backups.branches.${action}, and at the service it asks`,
      },
    );
  }

  async function answer<Schema extends z.ZodType>(
    schema: Schema,
    ...asked: Parameters<typeof run>
  ): Promise<z.output<Schema>> {
    const text = await run(...asked);
    const where = `the answer of ${commands[asked[0]][0] ?? ''} to ${asked[0]}`;
    return parse(schema, jsonOf(text, where), where);
  }

  return {
    async create(name, from, work) {
      const asked = { CROSSFADE_BRANCH: name, ...(from === undefined ? {} : { CROSSFADE_FROM: from }) };
      const made = await answer(branchSchema, 'create', asked, work);
      if (made.name === name) return made;
      throw new PlatformError(`${commands.create[0] ?? ''} was asked to create ${name}, and tells of ${made.name}`);
    },
    async restore(name, keepAs, work) {
      await run('restore', { CROSSFADE_BRANCH: name, CROSSFADE_KEEP_AS: keepAs }, work);
    },
    async remove(name, work) {
      await run('delete', { CROSSFADE_BRANCH: name }, work);
    },
    list: (work) => answer(z.array(branchSchema), 'list', {}, work),
  };
}

/** Never quotes the answer: URLs in it have passwords. */
function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PlatformError(`${where} is no JSON`, { hint: 'it has to print one JSON document, and nothing else' });
  }
}

function plainLines(text: string): string[] {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 500),
  );
  return lines.filter((line) => line !== '').slice(-20);
}
