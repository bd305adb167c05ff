import { IntegrityError, RefusedError } from '../contract/errors.js';
import type { Event } from '../contract/event.js';
import { digestOf } from '../contract/json.js';
import { readChain, type Finding, type Head } from './chain.js';
import type { Store } from './store.js';

export interface JournalReading {
  readonly run: string;
  readonly events: readonly Event[];
  readonly head: Head;
  /** Sequence of a last line that a crash has cut off; it counts as never written. */
  readonly torn: number | undefined;
}

export function streamOf(run: string): string {
  return `journals/${run}`;
}

/** Undefined for a run that has no journal. Throws IntegrityError where the chain is broken, StoreError for an unknown format. */
export async function readJournalIfAny(store: Store, run: string): Promise<JournalReading | undefined> {
  const { records, torn } = await store.read(streamOf(run));
  const last = records.at(-1);
  if (!last) return undefined;
  const { events, findings } = readChain(records, run);
  if (findings[0]) throw broken(run, findings[0]);
  return { run, events, head: { run, sequence: last.sequence, hash: digestOf(last.text) }, torn };
}

/** As readJournalIfAny; throws RefusedError for a run that has no journal. */
export async function readJournal(store: Store, run: string): Promise<JournalReading> {
  const reading = await readJournalIfAny(store, run);
  if (reading) return reading;
  throw new RefusedError(`there is no run ${run} in ${store.place}`, { hint: "'crossfade history' lists the runs" });
}

function broken(run: string, { sequence, says }: Finding): IntegrityError {
  return new IntegrityError(`run ${run}, event ${sequence}: ${says}`, {
    hint: `'crossfade audit verify ${run}' shows everything that is wrong; traffic can be moved back without the journal`,
  });
}
