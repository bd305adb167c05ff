import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { keysOf } from '../../contract/approver.js';
import { changeExceptionSchema, exceptionText } from '../../contract/change-exception.js';
import { readDuration } from '../../contract/duration.js';
import { publicKeyOf, signText } from '../../contract/ed25519.js';
import { ConfigurationError, exitCodes, type ExitCode } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import { changeDigest, type ReviewedChange, type ReviewedPreview } from '../../contract/planned-change.js';
import { findEnvironment } from '../find-environment.js';
import { exceptionsFolder } from '../preview/exception-files.js';
import { readKey } from '../people/read-key.js';
import { readReviewedPreview } from '../preview/reviewed.js';
import { print } from '../print/print.js';

export interface SignOptions {
  /** A file of `crossfade preview --save`. */
  readonly preview: string;
  /** A urn, or the name at its end. */
  readonly resource: string;
  readonly because: string;
  /** Such as 3d. */
  readonly validFor: string;
  readonly approver: string;
  /** A file with an ed25519 private key as PEM. */
  readonly key: string;
  readonly json: boolean;
  readonly dryRun: boolean;
}

const longest = 30 * 86_400_000;

/** Writes exceptions/….yaml: that one change of a saved preview may be made, signed with the approver's key. */
export async function signException(name: string | undefined, options: SignOptions): Promise<ExitCode> {
  const { name: environment, configuration, folder } = await findEnvironment(name);
  const saved = await readReviewedPreview(options.preview);
  if (saved.environment !== environment)
    throw new ConfigurationError(`${options.preview} is a preview of ${saved.environment}`);
  const change = findChange(saved, options.resource);
  const key = await readKey(options.key);
  const listed = keysOf(configuration.approvers).get(options.approver);
  if (listed !== publicKeyOf(key)) {
    throw new ConfigurationError(
      listed === undefined
        ? `${options.approver} is no approver of ${environment}`
        : `this is not the key of ${options.approver}`,
      { hint: `approvers stand in Pulumi.${environment}.yaml; this key's public half is ${publicKeyOf(key)}` },
    );
  }
  const unsigned = {
    format: 1 as const,
    environment,
    urn: change.urn,
    operation: change.operation,
    change: changeDigest(change),
    because: options.because,
    expires: new Date(Date.now() + validFor(options.validFor)).toISOString(),
    approver: options.approver,
  };
  const exception = parse(
    changeExceptionSchema,
    { ...unsigned, signature: signText(exceptionText(unsigned), key) },
    'exception',
  );
  const file = join(exceptionsFolder, `${environment}-${exception.change.slice('sha256:'.length).slice(0, 12)}.yaml`);
  if (!options.dryRun) {
    await mkdir(join(folder, exceptionsFolder), { recursive: true });
    await writeFile(join(folder, file), stringify(exception));
  }
  print(options.json, { file, exception }, () => [
    `${options.dryRun ? 'would write' : 'wrote'} ${file}: ${change.operation} of ${change.urn} until ${exception.expires}`,
    ...(options.dryRun ? [] : ['commit it: it holds for exactly this change, and for no other']),
  ]);
  return exitCodes.done;
}

function findChange({ stacks }: ReviewedPreview, resource: string): ReviewedChange {
  const changes = stacks.flatMap((stack) => stack.changes);
  const named = changes.filter(({ urn }) => urn === resource || urn.endsWith(`::${resource}`));
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return only;
  throw new ConfigurationError(
    `the preview has ${named.length === 0 ? 'no change' : 'several changes'} of ${resource}`,
    {
      hint: `it has ${changes.map(({ urn }) => urn).join(', ') || 'none'}`,
    },
  );
}

function validFor(text: string): number {
  const duration = readDuration(text);
  if (duration !== undefined && duration > 0 && duration <= longest) return duration;
  throw new ConfigurationError(`expected a time such as 3d, at most 30d, found ${text}`);
}
