import { writeFile } from 'node:fs/promises';
import { exitCodes, RefusedError, StoreError, type ExitCode } from '../../contract/errors.js';
import { readJournal } from '../../journal/read-journal.js';
import { readRunId } from '../../journal/run-id.js';
import { postmortemPage } from '../evidence/postmortem-page.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';

/** A draft about a run that went back, from its journal. Prints it, or writes it and prints where it lies. */
export async function postmortem(
  run: string,
  options: { readonly environment: string | undefined; readonly output: string | undefined },
): Promise<ExitCode> {
  const environment = await findEnvironment(options.environment ?? readRunId(run)?.environment);
  const { events } = await readJournal(openStore(environment), run);
  if (
    !events.some(
      ({ body }) =>
        body.kind === 'turned' || body.kind === 'fired' || (body.kind === 'planned' && body.plan.action !== 'deploy'),
    )
  ) {
    throw new RefusedError(`run ${run} never went back`, { hint: `'crossfade report ${run}' tells what it did` });
  }
  const page = postmortemPage(events);
  if (options.output === undefined) {
    process.stdout.write(page);
    return exitCodes.done;
  }
  await writeFile(options.output, page).catch((cause: unknown) => {
    throw new StoreError(`the draft can't be written to ${options.output ?? ''}`, { cause });
  });
  process.stdout.write(`${options.output}\n`);
  return exitCodes.done;
}
