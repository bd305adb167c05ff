import type { ReviewedStack } from '../../contract/planned-change.js';
import { changesOf } from './changes-of.js';
import { classify, type Classified } from './classify.js';
import { readEnginePreview } from './engine-preview.js';
import type { Circumstances } from './finding.js';
import { reviewedStack } from './reviewed-changes.js';

/** What the engine answered to a preview. */
export interface EngineAnswer {
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Free text: shown after redaction only. */
  readonly stderr: string;
}

/** One stack's preview, classified. */
export interface StackPreview {
  readonly stack: string;
  /** Why the changes below are not all that an up would do; empty when they are. */
  readonly hidden: readonly string[];
  readonly changes: readonly Classified[];
  readonly reviewed: ReviewedStack;
}

/** Judged by the steps and the exit code: the engine's own summary counts only what it got to. */
export function stackPreview(
  stack: string,
  { exitCode, stdout, stderr }: EngineAnswer,
  circumstances: Omit<Circumstances, 'fresh'>,
): StackPreview {
  const preview = readEnginePreview(stdout);
  const steps = preview?.steps ?? [];
  const changes = changesOf(stack, steps);
  const fresh =
    steps.length > 0 && steps.every(({ oldState, urn }) => !oldState || urn.includes('pulumi:pulumi:Stack'));
  return {
    stack,
    hidden: hiddenIn(preview?.errors ?? [], exitCode, preview === undefined ? stderr : undefined),
    changes: classify(changes, { ...circumstances, fresh }),
    reviewed: reviewedStack(stack, changes),
  };
}

function hiddenIn(
  errors: readonly { readonly message: string; readonly urn: string | undefined }[],
  exitCode: number | undefined,
  unreadable: string | undefined,
): string[] {
  if (unreadable !== undefined) return [`the engine gave no preview${unreadable === '' ? '' : `: ${unreadable}`}`];
  if (errors.length > 0) {
    return errors.map(({ message, urn }) =>
      urn === undefined ? message : `${urn.slice(urn.lastIndexOf('::') + 2)}: ${message}`,
    );
  }
  if (exitCode === 0) return [];
  return [
    exitCode === undefined
      ? 'the engine was killed before it had seen everything'
      : `the engine ended with ${exitCode} and gave no reason`,
  ];
}
