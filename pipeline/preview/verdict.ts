import type { Classified } from './classify.js';
import { exemptionOf, type Exemption, type ExceptionRules, type FoundException } from './exceptions.js';
import { stops } from './finding.js';
import type { StackPreview } from './stack-preview.js';

/** A change with what its exception says of it, where it needs one. */
export interface JudgedChange extends Classified {
  readonly exemption: Exemption | undefined;
}

export interface JudgedStack extends Omit<StackPreview, 'changes'> {
  readonly changes: readonly JudgedChange[];
}

export function judgeStack(
  preview: StackPreview,
  found: readonly FoundException[],
  rules: ExceptionRules,
): JudgedStack {
  const changes = preview.changes.map((each) => {
    const exemption = stops(each.danger) ? exemptionOf(each.change, found, rules) : undefined;
    return { ...each, exemption };
  });
  return { ...preview, changes };
}

/** Dangerous or unknown, and allowed by nobody. */
export function isOpen({ danger, exemption }: JudgedChange): boolean {
  return stops(danger) && exemption?.accepted !== true;
}

/** A review is not enough for these: data is lost. */
export function needsSignature(change: JudgedChange): boolean {
  return isOpen(change) && change.findings.some(({ danger }) => danger === 'data');
}
