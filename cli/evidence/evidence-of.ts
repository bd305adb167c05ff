import type { Event } from '../../contract/event.js';
import type { Json, JsonObject } from '../../contract/json.js';
import { readChain, type Head } from '../../journal/chain.js';
import type { Redactor } from '../../journal/redact.js';
import type { StoredRecord } from '../../journal/store.js';
import type { Verification } from '../../journal/verify.js';
import { jsonFile, outputFolder, outputSumsFile, type EvidenceFiles } from './evidence-files.js';
import { factsOf } from './facts-of.js';
import { indexPage } from './index-page.js';
import { keptJournal } from './kept-journal.js';
import { procedure } from './procedure.js';
import { sumsOf } from './sums.js';

export interface EvidenceSources {
  readonly run: string;
  readonly records: readonly StoredRecord[];
  readonly verification: Verification;
  readonly anchor: Head | undefined;
  /** Further streams about the run, by the name of their file: messages, duties, decisions. */
  readonly streams: Readonly<Record<string, readonly Json[]>>;
  /** The team's document with what came of each item beside it. */
  readonly checklist: string;
  /** Output of commands, by name; given out only where that was asked for. */
  readonly attachments: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
  /** Whether the values of the environment's secrets could be read, so that they could be looked for. */
  readonly secretsKnown: boolean;
  readonly by: string;
  readonly now: Date;
}

/** Every file of an archive but its proofs; the values of secrets stand in none of them. Pure. */
export function evidenceOf(sources: EvidenceSources): EvidenceFiles {
  const { run, records, verification, anchor, redactor, now } = sources;
  const kept = keptJournal(records, redactor);
  const withheld = records.filter(({ text }) => redactor.find(text).length > 0).length;
  const events = readChain(records, run).events.map((event) => masked(event, redactor));
  const facts = factsOf(events);
  const plan = events[0]?.body.kind === 'planned' ? events[0].body.plan : undefined;
  if (plan === undefined) throw new Error('a journal begins with its plan');
  const streams = Object.entries(sources.streams).map(
    ([name, lines]) => [`${name}.json`, jsonFile(redactor.json(lines))] as const,
  );
  const output = new Map(
    Object.entries(sources.attachments).map(([name, text]) => [`${outputFolder}/${name}`, redactor.mask(text)]),
  );
  const head = verification.head ?? null;
  const manifest: JsonObject = {
    format: 1,
    run,
    environment: plan.environment,
    exportedAt: now.toISOString(),
    exportedBy: sources.by,
    head: head && { ...head },
    anchor: anchor ? { ...anchor } : null,
    findings: verification.findings.map((finding) => ({ ...finding })),
    withheld,
    secrets: sources.secretsKnown ? 'looked for by value, in every encoding' : 'not known here, so not looked for',
    attachments: Object.keys(sources.attachments).length,
  };
  const messages = sources.streams['messages']?.length ?? 0;
  return new Map<string, string>([
    [
      'index.md',
      indexPage({ plan, facts, events: records.length, withheld, messages, verification: said(verification) }),
    ],
    ['VERIFY.md', procedure],
    ['manifest.json', jsonFile(manifest)],
    ['journal.jsonl', kept],
    ['plan.json', jsonFile(plan)],
    ['record.json', jsonFile(facts.record)],
    ['gates.json', jsonFile(facts.gates)],
    ['approvals.json', jsonFile(facts.approvals)],
    ['samples.json', jsonFile(facts.samples)],
    ['durations.json', jsonFile(facts.durations)],
    ['rollback.json', jsonFile(facts.rollback)],
    ...streams,
    ['checklist.md', redactor.mask(sources.checklist)],
    ...(output.size === 0 ? [] : [...output, [outputSumsFile, sumsOf(output)] as const]),
  ]);
}

/** Of a line that is withheld too: what its fields say without the secret. */
function masked(event: Event, redactor: Redactor): Event {
  return redactor.find(JSON.stringify(event)).length === 0
    ? event
    : (maskAll(event as unknown as Json, redactor) as unknown as Event);
}

function maskAll(value: Json, redactor: Redactor): Json {
  if (typeof value === 'string') return redactor.mask(value);
  if (Array.isArray(value)) return value.map((item: Json) => maskAll(item, redactor));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [redactor.mask(key), maskAll(member, redactor)]),
  );
}

function said({ findings, provenTo }: Verification): string {
  if (findings.length > 0) return `NOT as it was written: ${findings.length} findings`;
  return provenTo === undefined ? 'whole, its tail not provable' : `whole, proven to event ${provenTo} by the lease`;
}
