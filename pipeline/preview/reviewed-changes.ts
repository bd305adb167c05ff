import { canonicalJson, digestOf } from '../../contract/json.js';
import { changesHash, inOrder, type ReviewedChange, type ReviewedStack } from '../../contract/planned-change.js';
import type { Change, Inputs } from './change.js';

/** What of a stack's changes is pinned by its hash. */
export function reviewedStack(stack: string, changes: readonly Change[]): ReviewedStack {
  const reviewed = inOrder(changes.map(reviewedChange));
  return { stack, hash: changesHash(reviewed), changes: reviewed };
}

export function reviewedChange({ urn, operation, paths, after }: Change): ReviewedChange {
  return { urn, operation, paths: [...paths], content: digestOf(canonicalJson(contentOf(after))) };
}

/** `__defaults` is the engine's note to itself. */
function contentOf(inputs: Inputs | undefined): object {
  return Object.fromEntries(Object.entries(inputs ?? {}).filter(([key]) => key !== '__defaults'));
}

/** A sentence for each change that was not reviewed, and for each reviewed one that is not there any more. */
export function differences(reviewed: readonly ReviewedChange[], now: readonly ReviewedChange[]): string[] {
  const before = new Map(reviewed.map((change) => [change.urn, change]));
  const after = new Map(now.map((change) => [change.urn, change]));
  const gone = [...before.values()].filter(({ urn }) => !after.has(urn));
  return [
    ...[...after.values()].flatMap((change) => differenceOf(before.get(change.urn), change) ?? []),
    ...gone.map(({ urn, operation }) => `not any more: ${operation} ${nameIn(urn)}`),
  ];
}

function differenceOf(before: ReviewedChange | undefined, now: ReviewedChange): string | undefined {
  const name = nameIn(now.urn);
  if (before === undefined) return `not reviewed: ${now.operation} ${name}${at(now.paths)}`;
  if (before.operation !== now.operation) return `${name}: reviewed as ${before.operation}, now ${now.operation}`;
  if (before.paths.join('\n') !== now.paths.join('\n')) {
    return `${name}: reviewed${at(before.paths)}, now${at(now.paths)}`;
  }
  return before.content === now.content ? undefined : `${name}: the same operation with other values${at(now.paths)}`;
}

function at(paths: readonly string[]): string {
  return paths.length === 0 ? '' : ` at ${paths.join(', ')}`;
}

function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf('::') + 2);
}
