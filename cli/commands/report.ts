import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCodes, RefusedError, StoreError, type ExitCode } from '../../contract/errors.js';
import { anchorOf } from '../../journal/lease.js';
import { readEvent } from '../../journal/chain.js';
import { streamOf } from '../../journal/read-journal.js';
import { readRunId } from '../../journal/run-id.js';
import type { Store } from '../../journal/store.js';
import { verifyJournal } from '../../journal/verify.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { renderReport } from '../report/render-report.js';

/** Writes one HTML page about a run; without a name, about the environment's newest. Prints where it lies. */
export async function report(
  run: string | undefined,
  options: { readonly environment: string | undefined; readonly output: string | undefined },
): Promise<ExitCode> {
  const named = run === undefined ? undefined : readRunId(run)?.environment;
  const environment = await findEnvironment(options.environment ?? named);
  const store = openStore(environment);
  const chosen = run ?? (await newestRun(store, environment.name));
  const html = await reportOn(store, environment.name, chosen);
  const file = resolve(options.output ?? `crossfade-report-${chosen}.html`);
  try {
    await writeFile(file, html);
  } catch (cause) {
    throw new StoreError(`the report can't be written to ${file}`, {
      cause,
      hint: 'choose another place with --output',
    });
  }
  process.stdout.write(`${file}\n`);
  return exitCodes.done;
}

/** A journal that somebody altered is reported too, as far as it can be read, and says so. */
async function reportOn(store: Store, environment: string, run: string): Promise<string> {
  const { records } = await store.read(streamOf(run));
  const events = records.map((record) => readEvent(record, run)).filter((event) => event !== undefined);
  if (events[0]?.body.kind !== 'planned') {
    throw new RefusedError(`there is no run ${run} in ${store.place} whose plan can be read`, {
      hint: "'crossfade history' lists the runs",
    });
  }
  return renderReport(events, await verifyJournal(store, run, await anchorOf(store, environment, run)));
}

async function newestRun(store: Store, environment: string): Promise<string> {
  const runs = (await store.list('journals')).filter((run) => readRunId(run)?.environment === environment);
  const newest = [...runs].sort().at(-1);
  if (newest !== undefined) return newest;
  throw new RefusedError(`${environment} has no runs yet`, {
    hint: `'crossfade deploy ${environment} VERSION' makes one`,
  });
}
