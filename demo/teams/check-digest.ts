import type { ChecklistItem } from '../../contract/checklist.js';
import { canonicalJson, digestOf } from '../../contract/json.js';

/** Changes with what an item asks, not with its words. */
export function checkDigest({ check, moment, due, optional }: ChecklistItem): string {
  const prefix = 'sha256:'.length;
  return digestOf(canonicalJson({ check, moment, due, optional })).slice(prefix, prefix + 12);
}
