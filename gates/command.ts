import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verdict } from '../contract/verdict.js';
import type { Asked } from '../pipeline/questions.js';
import type { Adapter, CheckOf } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { KeptOutput } from './kept-output.js';
import { runGroup, type Ran } from './run-group.js';
import { secretsAmong } from './secrets-among.js';

const strictness = { sh: ['-e'], bash: ['--noprofile', '--norc', '-e', '-o', 'pipefail'] } as const;

/** What the engine needs to open its state is nobody else's. */
const withheld = /^PULUMI_/;

/**
 * Runs a team's own script in the project's folder. Its first command that fails ends it, as in a CI step; nothing is
 * put into it, and what it prints is kept and looked at only for the text that it must hold.
 */
export const askCommand: Adapter<'command'> = async (check, about, around, signal) => {
  const passed = Object.entries(around.variables).filter(([name]) => !withheld.test(name));
  const secrets = secretsAmong(around.variables);
  const output = new KeptOutput(around.redacting(secrets), check.contains);
  const began = around.clock.monotonic();
  const ran = await withScript(check.script, (file) =>
    runGroup({
      program: check.shell,
      argv: [...strictness[check.shell], file],
      folder: around.folder,
      environment: { ...Object.fromEntries(passed), ...knownTo(about) },
      timeout: check.timeout,
      signal,
      onOutput: (chunk) => output.take(chunk),
    }),
  );
  const text = output.end();
  const evidence = {
    exit: ran.code,
    milliseconds: Math.round(around.clock.monotonic() - began),
    outputBytes: output.bytes,
    ...(text === '' ? {} : { output: await around.attach(about.plan.run, text) }),
  };
  return { ...verdictOn(check, ran, output), evidence };
};

function verdictOn(check: CheckOf<'command'>, ran: Ran, output: KeptOutput): Verdict {
  if (ran.error) return unknown(`${check.shell} can't be started: ${ran.error.message}`);
  if (ran.aborted) return unknown('was stopped before it ended');
  if (ran.late) return no(`did not end within ${check.timeout / 1_000} s, and was killed`);
  if (ran.code === null) return no(`was ended by ${ran.signal ?? 'a signal'}`);
  if (ran.code !== check.exit) return no(`ended with code ${ran.code}, expected ${check.exit}`);
  if (check.contains !== undefined && !output.found) {
    return no(`ended with code ${ran.code}, and its output does not hold what it must`);
  }
  return yes(`ended with code ${ran.code}`);
}

/** In a file, so that a command in it that reads its input can't eat the rest of it. */
async function withScript<Result>(script: string, work: (file: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-command-'));
  try {
    const file = join(folder, 'script');
    await writeFile(file, script, { mode: 0o600, flag: 'wx' });
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a script may want to know; all of it is checked by the contract, and in variables nothing is a command. */
function knownTo({ plan, environment, colour }: Asked): Record<string, string> {
  return {
    CROSSFADE_ENVIRONMENT: environment,
    CROSSFADE_COLOUR: colour,
    CROSSFADE_RUN: plan.run,
    CROSSFADE_VERSION: plan.release?.version ?? '',
    CROSSFADE_COMMIT: plan.input?.release.commit.sha ?? '',
    CROSSFADE_PREVIOUS_VERSION: plan.previous?.version ?? '',
  };
}
