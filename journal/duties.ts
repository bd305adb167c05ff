import { dutyLineSchema, type DutyLine } from '../contract/duty.js';
import { appendLine, appendLineAt } from './append-line.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

export interface DutyReading {
  /** Oldest first. */
  readonly lines: readonly DutyLine[];
  /** Where the next line goes when nobody has written meanwhile. */
  readonly next: number;
}

/** Throws StoreError and IntegrityError. */
export async function readDuties(store: Store, environment: string, run: string): Promise<DutyReading> {
  const stream = streamOf(environment, run);
  const { records, torn } = await store.read(stream);
  if (torn !== undefined) await store.mend(stream);
  const lines = records.map(({ sequence, text }) =>
    parseRecord(dutyLineSchema, text, `${stream}, line ${sequence} in ${store.place}`),
  );
  return { lines, next: (records.at(-1)?.sequence ?? -1) + 1 };
}

/** Throws StoreError. */
export async function addDutyLine(store: Store, environment: string, run: string, line: DutyLine): Promise<void> {
  await appendLine(store, streamOf(environment, run), line);
}

/** Only where nobody has said anything since the reading; false: look again. */
export async function addDutyLineAt(
  store: Store,
  environment: string,
  run: string,
  next: number,
  line: DutyLine,
): Promise<boolean> {
  return appendLineAt(store, streamOf(environment, run), next, line);
}

function streamOf(environment: string, run: string): string {
  return `duties/${environment}/${run}`;
}
