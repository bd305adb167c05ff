import { readFile } from 'node:fs/promises';
import { keysOf } from '../../contract/approver.js';
import { ConfigurationError, exitCodes, OperatorError, type ExitCode } from '../../contract/errors.js';
import { publicKeySchema } from '../../contract/ed25519.js';
import { unpackArchive } from '../evidence/archive.js';
import { verifyEvidence, type EvidenceVerdict } from '../evidence/verify-evidence.js';
import { findEnvironment } from '../find-environment.js';
import { print } from '../print/print.js';

export interface EvidenceVerifyOptions {
  /** The key that has to have signed it: the text, or a PEM file. */
  readonly publicKey: string | undefined;
  /** Whose approvers' keys count where no key is named. */
  readonly environment: string | undefined;
  readonly json: boolean;
}

/** Checks an archive by itself: signature, digests, hash chain, plan, decisions. Exit code 3 when anything doesn't hold. */
export async function verifyEvidenceFile(file: string, options: EvidenceVerifyOptions): Promise<ExitCode> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ConfigurationError(`${file} can't be read`, { cause });
  });
  const verdict = verifyEvidence(unpackArchive(bytes, file));
  const signer = await signerOf(verdict, options);
  const findings = [...verdict.findings, ...(signer.problem === undefined ? [] : [signer.problem])];
  print(options.json, { ...verdict, findings, signer: signer.name ?? null }, () => [
    `${file}: run ${verdict.run ?? '?'}`,
    ...findings.map((finding) => `NOT ${finding}`),
    ...(findings.length === 0
      ? [`whole: ${verdict.events} events, every file as it was signed by ${signer.name ?? '?'}`]
      : []),
    ...(verdict.withheld === 0 ? [] : [`${verdict.withheld} events are withheld; their place in the chain holds`]),
    ...verdict.decisions.map(({ approver, kind, publicKey }) => `${kind} by ${approver}, with key ${publicKey}`),
  ]);
  return findings.length === 0 ? exitCodes.done : exitCodes.refused;
}

async function signerOf(
  { signedBy }: EvidenceVerdict,
  { publicKey, environment }: EvidenceVerifyOptions,
): Promise<{ readonly name?: string; readonly problem?: string }> {
  if (signedBy === undefined) return {};
  if (publicKey !== undefined) {
    const expected = await readPublicKey(publicKey);
    return expected === signedBy
      ? { name: 'the key that was named' }
      : { problem: `signed with the key that was named, but with ${signedBy}` };
  }
  const name = (await approversOf(environment)).find(([, key]) => key === signedBy)?.[0];
  if (name !== undefined) return { name };
  return {
    problem: `signed by anybody known here: its key is ${signedBy}; --public-key names the one that is expected`,
  };
}

/** Outside of a project nobody is known. */
async function approversOf(environment: string | undefined): Promise<(readonly [string, string])[]> {
  try {
    return [...keysOf((await findEnvironment(environment)).configuration.approvers)];
  } catch (error) {
    if (environment !== undefined || !(error instanceof OperatorError)) throw error;
    return [];
  }
}

async function readPublicKey(said: string): Promise<string> {
  const text = publicKeySchema.safeParse(said).success ? said : await readFile(said, 'utf8').catch(() => '');
  const key = text.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  if (publicKeySchema.safeParse(key).success) return key;
  throw new ConfigurationError(`${said} is neither an ed25519 public key nor a file with one`, {
    hint: 'what `openssl pkey -pubout` writes',
  });
}
