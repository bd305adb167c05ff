import { createHash } from 'node:crypto';
import { z } from 'zod';
import { statementSchema, statementText } from '../../contract/decision.js';
import { isSignedBy } from '../../contract/ed25519.js';
import { eventSchema, type Event } from '../../contract/event.js';
import { digestOf, digestSchema } from '../../contract/json.js';
import { planHash } from '../../contract/plan.js';
import { beginning } from '../../journal/chain.js';
import { pemOf } from './archive.js';
import { outputFolder, outputSumsFile, proofFiles, publicKeyFile, signatureFile, sumsFile } from './evidence-files.js';
import { withheldSchema } from './kept-journal.js';

export interface EvidenceVerdict {
  readonly run: string | undefined;
  /** Empty: the archive is what its signer made, and the journal in it is as it was written. */
  readonly findings: readonly string[];
  readonly events: number;
  readonly withheld: number;
  /** Public key of whoever signed the archive; undefined: nobody, or not this. */
  readonly signedBy: string | undefined;
  /** Names of approvers whose signatures hold, each with their key. */
  readonly decisions: readonly { readonly approver: string; readonly kind: string; readonly publicKey: string }[];
}

const headSchema = z.object({ sequence: z.int(), hash: digestSchema }).nullable();
const manifestSchema = z.object({ run: z.string(), head: headSchema, anchor: headSchema });
type Files = ReadonlyMap<string, Uint8Array>;

/** Checks everything in an archive that can be checked without the store. Pure. */
export function verifyEvidence(files: Files): EvidenceVerdict {
  const findings: string[] = [];
  const signedBy = signerOf(files, findings);
  checkSums(files, findings);
  const manifest = read(files, 'manifest.json', manifestSchema, findings);
  const chain = checkChain(files, manifest, findings);
  const decisions = checkDecisions(chain.events, findings);
  return { run: manifest?.run, findings, events: chain.lines, withheld: chain.withheld, signedBy, decisions };
}

function signerOf(files: Files, findings: string[]): string | undefined {
  const [sums, signature, pem] = [sumsFile, signatureFile, publicKeyFile].map((name) => files.get(name));
  if (!sums || !signature || !pem) {
    findings.push(`nobody has signed it: ${sumsFile}, ${signatureFile} and ${publicKeyFile} belong together`);
    return undefined;
  }
  const key = textOf(pem).split('\n')[1] ?? '';
  const holds = textOf(pem) === pemOf(key) && isSignedBy(textOf(sums), Buffer.from(signature).toString('base64'), key);
  if (!holds) findings.push(`${sumsFile} is not what was signed`);
  return holds ? key : undefined;
}

function checkSums(files: Files, findings: string[]): void {
  const signed = digestsIn(files, sumsFile);
  const output = signed.has(outputSumsFile) ? [...digestsIn(files, outputSumsFile)] : [];
  // What is signed says more than what it points to.
  const listed = new Map([...output.filter(([name]) => name.startsWith(`${outputFolder}/`)), ...signed]);
  for (const [name, digest] of listed) {
    const data = files.get(name);
    if (!data) findings.push(`${name} is missing`);
    else if (createHash('sha256').update(data).digest('hex') !== digest) findings.push(`${name} was altered`);
  }
  for (const name of files.keys()) {
    if (!listed.has(name) && !proofFiles.includes(name)) findings.push(`${name} was added`);
  }
}

function digestsIn(files: Files, sums: string): Map<string, string> {
  const lines = textOf(files.get(sums) ?? new Uint8Array())
    .split('\n')
    .slice(0, -1);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

interface CheckedChain {
  readonly events: readonly Event[];
  readonly lines: number;
  readonly withheld: number;
}

function checkChain(
  files: Files,
  manifest: z.infer<typeof manifestSchema> | undefined,
  findings: string[],
): CheckedChain {
  const lines = textOf(files.get('journal.jsonl') ?? new Uint8Array())
    .split('\n')
    .slice(0, -1);
  const events: Event[] = [];
  const hashes: string[] = [];
  let withheld = 0;
  for (const [sequence, line] of lines.entries()) {
    const value = parsed(line);
    const hidden = withheldSchema.safeParse(value);
    if (hidden.success && hidden.data.sequence === sequence) {
      withheld += 1;
      hashes.push(hidden.data.hash);
      continue;
    }
    const event = eventSchema.safeParse(value);
    const says = event.success
      ? linkProblem(event.data, sequence, hashes.at(-1) ?? beginning, manifest?.run)
      : 'is no event';
    if (says !== undefined) findings.push(`journal.jsonl, event ${sequence}: ${says}`);
    if (event.success) events.push(event.data);
    hashes.push(digestOf(line));
  }
  for (const [what, end] of [
    ['ends', manifest?.head],
    ['was shown to the lease', manifest?.anchor],
  ] as const) {
    if (end && hashes[end.sequence] !== end.hash)
      findings.push(`journal.jsonl: the manifest says it ${what} at event ${end.sequence} otherwise`);
  }
  if (manifest?.head && manifest.head.sequence !== lines.length - 1)
    findings.push(`journal.jsonl: has ${lines.length} events, ${manifest.head.sequence + 1} were exported`);
  return { events, lines: lines.length, withheld };
}

function linkProblem(event: Event, sequence: number, previous: string, run: string | undefined): string | undefined {
  if (event.sequence !== sequence) return `calls itself event ${event.sequence}`;
  if (run !== undefined && event.run !== run) return `belongs to run ${event.run}`;
  if (event.previous !== previous) return 'does not continue the one before it';
  const { body } = event;
  if (body.kind === 'planned' && planHash(body.plan) !== body.hash)
    return 'the plan does not have the hash that was approved';
  return undefined;
}

const decidedSchema = z.object({
  by: z.array(
    z.looseObject({
      proof: z.union([
        z.object({ by: z.literal('key'), signature: z.string(), publicKey: z.string() }),
        z.object({ by: z.string() }),
      ]),
    }),
  ),
});

/** Every signature under a decision that the run acted upon; one that a machine's account or GitHub vouches for has none. */
function checkDecisions(events: readonly Event[], findings: string[]): EvidenceVerdict['decisions'] {
  const found = new Map<string, EvidenceVerdict['decisions'][number]>();
  for (const { sequence, body } of events) {
    const evidence = 'evidence' in body ? (body.evidence ?? {}) : {};
    const people = Array.isArray(evidence['people']) ? (evidence['people'] as unknown[]) : [evidence];
    for (const each of people) {
      for (const { proof, said: _said, ...statement } of decidedSchema.safeParse(each).data?.by ?? []) {
        if (!('signature' in proof)) continue;
        const { data } = statementSchema.safeParse(statement);
        if (!data || !isSignedBy(statementText(data), proof.signature, proof.publicKey)) {
          findings.push(`journal.jsonl, event ${sequence}: a decision is not signed by the key beside it`);
          continue;
        }
        found.set(`${data.approver} ${data.kind} ${data.item}`, {
          approver: data.approver,
          kind: data.kind,
          publicKey: proof.publicKey,
        });
      }
    }
  }
  return [...found.values()];
}

function read<Schema extends z.ZodType>(
  files: Files,
  name: string,
  schema: Schema,
  findings: string[],
): z.output<Schema> | undefined {
  const result = schema.safeParse(parsed(textOf(files.get(name) ?? new Uint8Array())));
  if (!result.success) findings.push(`${name} does not say what it should`);
  return result.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data).toString('utf8');
}
