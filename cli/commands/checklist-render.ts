import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { compiledOrRefused } from '../../checklist/compile.js';
import { render } from '../../checklist/render.js';
import { exitCodes, StoreError, type ExitCode } from '../../contract/errors.js';
import { foldRun } from '../../journal/fold.js';
import { readJournal } from '../../journal/read-journal.js';
import { readRunId } from '../../journal/run-id.js';
import { readChecklist } from '../checklist/read-checklist.js';
import { resultsOf } from '../checklist/results-of.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';

/** The document with what a run's journal says of each item. Prints it, or writes it and prints where it lies. */
export async function renderChecklist(
  file: string,
  options: { readonly run: string; readonly environment: string | undefined; readonly output: string | undefined },
): Promise<ExitCode> {
  const document = await readChecklist(file);
  const checklist = compiledOrRefused(document);
  const environment = await findEnvironment(options.environment ?? readRunId(options.run)?.environment);
  const { events } = await readJournal(openStore(environment), options.run);
  const results = resultsOf(checklist, foldRun(events));
  const rendered = render(document, checklist, results, randomBytes(8).toString('hex'));
  if (options.output === undefined) {
    process.stdout.write(rendered);
    return exitCodes.done;
  }
  try {
    await writeFile(options.output, rendered);
  } catch (cause) {
    throw new StoreError(`the checklist can't be written to ${options.output}`, {
      cause,
      hint: 'choose another place with --output',
    });
  }
  process.stdout.write(`${options.output}\n`);
  return exitCodes.done;
}
