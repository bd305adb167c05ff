import { readFile } from 'node:fs/promises';
import { ConfigurationError, RefusedError } from '../../contract/errors.js';
import { digestSchema } from '../../contract/json.js';
import { parse } from '../../contract/parse.js';
import {
  changesHash,
  reviewedPreviewSchema,
  type ReviewedPreview,
  type ReviewedStack,
} from '../../contract/planned-change.js';
import { differences } from '../../pipeline/preview/reviewed-changes.js';

/** What was reviewed: the hash of a stack's changes, and the changes where a file tells them. */
export type Reviewed = { readonly hash: string; readonly changes: ReviewedStack['changes'] | undefined };

/** A hash as it is, or what a file that `crossfade preview --save` wrote says of this stack. Throws ConfigurationError. */
export async function readReviewed(given: string, environment: string, stack: string): Promise<Reviewed> {
  if (digestSchema.safeParse(given).success) return { hash: given, changes: undefined };
  const saved = await readReviewedPreview(given);
  if (saved.environment !== environment) {
    throw new ConfigurationError(`${given} is a preview of ${saved.environment}, not of ${environment}`);
  }
  const own = saved.stacks.find((each) => each.stack === stack);
  if (!own) throw new ConfigurationError(`${given} does not speak of stack ${stack}`);
  return own;
}

/** Throws ConfigurationError when the file is none, or its hashes are not those of its changes. */
export async function readReviewedPreview(file: string): Promise<ReviewedPreview> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigurationError(`${file} can't be read`, {
      cause,
      hint: "'crossfade preview --save FILE' writes one",
    });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${file} holds no JSON`, { cause });
  }
  const saved = parse(reviewedPreviewSchema, value, file);
  const wrong = saved.stacks.find(({ hash, changes }) => hash !== changesHash(changes));
  if (wrong) throw new ConfigurationError(`${file}: the hash of ${wrong.stack} is not that of its changes`);
  return saved;
}

/** Throws RefusedError with each difference when what would be done now is not what was reviewed. */
export function requireReviewed(reviewed: Reviewed, now: ReviewedStack): void {
  if (reviewed.hash === now.hash) return;
  const lines =
    reviewed.changes === undefined
      ? [
          `reviewed was ${reviewed.hash}, now it is ${now.hash}: give the file of 'crossfade preview --save' to see the difference`,
        ]
      : differences(reviewed.changes, now.changes);
  throw new RefusedError([`what an up of ${now.stack} would do is not what was reviewed`, ...lines].join('\n  '), {
    hint: `review it again: crossfade preview --save FILE`,
  });
}
