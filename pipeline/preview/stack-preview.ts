import type { ReviewedStack } from '../../contract/planned-change.js';
import { changesOf } from './changes-of.js';
import { classify, type Classified } from './classify.js';
import { readEnginePreview, type EnginePreview } from './engine-preview.js';
import type { Circumstances } from './finding.js';
import { reviewedStack } from './reviewed-changes.js';

/** What the engine answered to a preview. */
export interface EngineAnswer {
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Free text: shown after redaction only. */
  readonly stderr: string;
  /** Of mandatory policies. */
  readonly refusals?: readonly string[];
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
  answer: EngineAnswer,
  circumstances: Omit<Circumstances, 'fresh'>,
): StackPreview {
  const preview = readEnginePreview(answer.stdout);
  const steps = preview?.steps ?? [];
  const changes = changesOf(stack, steps);
  const fresh =
    steps.length > 0 && steps.every(({ oldState, urn }) => !oldState || urn.includes('pulumi:pulumi:Stack'));
  return {
    stack,
    hidden: hiddenIn(preview, answer),
    changes: classify(changes, { ...circumstances, fresh }),
    reviewed: reviewedStack(stack, changes),
  };
}

function hiddenIn(
  preview: EnginePreview | undefined,
  { exitCode, stderr, refusals = [] }: EngineAnswer,
): readonly string[] {
  if (preview === undefined) return [...refusals, `the engine gave no preview${stderr === '' ? '' : `: ${stderr}`}`];
  const said = [...refusals, ...preview.errors.map(errorText)];
  // Beside reasons, that it failed says nothing.
  const reasons = said.filter((text) => text !== 'preview failed');
  if (reasons.length > 0 || exitCode === 0) return reasons;
  return [
    exitCode === undefined
      ? 'the engine was killed before it had seen everything'
      : `the engine ended with ${exitCode} and gave no reason`,
  ];
}

function errorText({ message, urn }: EnginePreview['errors'][number]): string {
  return urn === undefined ? message : `${urn.slice(urn.lastIndexOf('::') + 2)}: ${message}`;
}
