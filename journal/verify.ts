import { digestOf } from '../contract/json.js';
import { readChain, type Finding, type Head } from './chain.js';
import { streamOf } from './read-journal.js';
import type { Store } from './store.js';

export interface Verification {
  readonly run: string;
  readonly events: number;
  readonly head: Head | undefined;
  /** Empty: every event is as it was written. */
  readonly findings: readonly Finding[];
  /** The last event that an anchor outside the journal vouches for; undefined: the tail is not provable. */
  readonly provenTo: number | undefined;
  readonly torn: number | undefined;
}

/** Compares a journal with itself and with its anchor. Never throws for what is wrong with the journal, only for the store. */
export async function verifyJournal(store: Store, run: string, anchor: Head | undefined): Promise<Verification> {
  const { records, torn } = await store.read(streamOf(run));
  const findings = [...readChain(records, run).findings];
  const last = records.at(-1);
  const head = last && { run, sequence: last.sequence, hash: digestOf(last.text) };
  const anchored = anchor && records.find(({ sequence }) => sequence === anchor.sequence);
  if (anchor && !anchored && (last?.sequence ?? -1) < anchor.sequence) {
    findings.push({
      sequence: (last?.sequence ?? -1) + 1,
      says: `missing: the lease was shown ${anchor.sequence + 1} events, here are ${records.length}`,
    });
  }
  const disagrees = anchor && anchored && digestOf(anchored.text) !== anchor.hash;
  if (disagrees && !findings.some(({ sequence }) => sequence === anchor.sequence)) {
    findings.push({ sequence: anchor.sequence, says: 'altered: the lease was shown another event' });
  }
  const proven = findings.length === 0 ? anchor?.sequence : undefined;
  return { run, events: records.length, head, findings, provenTo: proven, torn };
}
