import { exitCodes, type ExitCode } from '../../contract/errors.js';
import { readHistory, type HistoryEntry } from '../../journal/history.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { historyLines } from '../print/history-lines.js';
import { print } from '../print/print.js';

export async function history(
  name: string | undefined,
  { json, limit }: { readonly json: boolean; readonly limit: number },
): Promise<ExitCode> {
  const environment = await findEnvironment(name);
  const entries = await readHistory(openStore(environment), environment.name, limit);
  print(json, entries.map(summary), () => historyLines(entries, environment.name));
  return exitCodes.done;
}

function summary({ run, state, problem }: HistoryEntry) {
  if (!state) return { run, problem };
  const { plan, ended, started, last, lived, token, turned } = state;
  const { action, from, to, requestedBy, because } = plan;
  const versions = { version: plan.release?.version, previous: plan.previous?.version };
  return { run, action, ...versions, from, to, requestedBy, because, started, last, token, lived, turned, ended };
}
