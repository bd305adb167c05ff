import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCodes, RefusedError, StoreError, type ExitCode } from '../../contract/errors.js';
import { jsonSchema, type Json } from '../../contract/json.js';
import { readChain } from '../../journal/chain.js';
import { decisionsStream } from '../../journal/decisions.js';
import { foldRun } from '../../journal/fold.js';
import { anchorOf } from '../../journal/lease.js';
import { streamOf } from '../../journal/read-journal.js';
import { readRunId } from '../../journal/run-id.js';
import type { Store } from '../../journal/store.js';
import { verifyJournal } from '../../journal/verify.js';
import { openArchiveSigner } from '../evidence/archive-signer.js';
import { packArchive } from '../evidence/archive.js';
import { checklistPage } from '../evidence/checklist-page.js';
import { evidenceOf } from '../evidence/evidence-of.js';
import { knownSecrets } from '../evidence/known-secrets.js';
import { sumsToSign } from '../evidence/sums.js';
import { openEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';

export interface EvidenceExportOptions {
  readonly environment: string | undefined;
  readonly output: string | undefined;
  /** A file with an ed25519 private key as PEM, or `kms:` and a key of AWS KMS; undefined: nobody signs it. */
  readonly key: string | undefined;
  /** Command output too. */
  readonly withOutput: boolean;
  readonly json: boolean;
}

/** Writes everything that is on record about a run into one signed archive. Exit code 3 where its journal is not whole. */
export async function exportEvidence(run: string, options: EvidenceExportOptions): Promise<ExitCode> {
  const environment = await openEnvironment(options.environment ?? readRunId(run)?.environment);
  const { store, name, clock, by, configuration } = environment;
  // Before any work: a key that is not there or not allowed is known at once.
  const signer = options.key === undefined ? undefined : await openArchiveSigner(options.key, configuration);
  const { records } = await store.read(streamOf(run));
  const { events } = readChain(records, run);
  if (events[0]?.body.kind !== 'planned') {
    throw new RefusedError(`there is no run ${run} in ${store.place} whose plan can be read`, {
      hint: "'crossfade history' lists the runs",
    });
  }
  const anchor = await anchorOf(store, name, run);
  const verification = await verifyJournal(store, run, anchor);
  const { redactor, known } = await knownSecrets(environment, events[0].body.plan);
  const files = evidenceOf({
    run,
    records,
    verification,
    anchor,
    streams: {
      decisions: await linesOf(store, decisionsStream(name, run)),
      messages: await linesOf(store, `outbox/${name}/${run}`),
      duties: await linesOf(store, `duties/${name}/${run}`),
    },
    checklist: await checklistPage(foldRun(events), environment.folder),
    attachments: options.withOutput ? await attachmentsOf(store, run) : {},
    redactor,
    secretsKnown: known,
    by,
    now: clock.now(),
  });
  const signature = signer && { publicKey: signer.publicKey, signature: await signer.sign(sumsToSign(files)) };
  const file = resolve(options.output ?? `crossfade-evidence-${run}.tar.gz`);
  await write(file, packArchive(files, clock.now(), signature));
  const withheld =
    files
      .get('journal.jsonl')
      ?.split('\n')
      .filter((line) => line.startsWith('{"withheld":true,')).length ?? 0;
  const { findings } = verification;
  const signed = signer !== undefined;
  print(
    options.json,
    {
      file,
      run,
      events: records.length,
      withheld,
      signed,
      publicKey: signer?.publicKey ?? null,
      secretsKnown: known,
      findings,
    },
    () => [
      file,
      `${records.length} events${withheld === 0 ? '' : `, ${withheld} withheld: the value of a secret stood in them`}${signed ? ', signed' : ', NOT signed'}`,
      ...(signer ? [`whoever verifies it needs to know the key: ${signer.publicKey}`] : []),
      ...(known ? [] : ['the values of secrets could not be read from here, so they were not looked for']),
      ...findings.map(({ sequence, says }) => `event ${sequence}: ${says}`),
    ],
  );
  return findings.length === 0 ? exitCodes.done : exitCodes.refused;
}

/** A line that is no JSON is no evidence of anything but itself. */
async function linesOf(store: Store, stream: string): Promise<Json[]> {
  const { records } = await store.read(stream);
  return records.map(({ text }) => {
    try {
      return jsonSchema.parse(JSON.parse(text));
    } catch {
      return { unreadable: text };
    }
  });
}

/** By the beginning of their digests, which the journal names in full. */
async function attachmentsOf(store: Store, run: string): Promise<Record<string, string>> {
  const names = await store.list(`attachments/${run}`);
  const texts = await Promise.all(names.map((name) => store.get(`attachments/${run}/${name}`)));
  return Object.fromEntries(names.map((name, at) => [`${name.slice(0, 32)}.txt`, texts[at] ?? '']));
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { mode: 0o600 });
  } catch (cause) {
    throw new StoreError(`the archive can't be written to ${file}`, {
      cause,
      hint: 'choose another place with --output',
    });
  }
}
