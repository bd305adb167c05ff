import type { Approvers } from '../../contract/approver.js';
import type { Plan } from '../../contract/plan.js';

/**
 * Why this would be an approval of one's own; undefined: it isn't. Identities are written in many ways (a login, an
 * address, an ARN, an account), so any word of one that is a name of the approver counts: rather once too often.
 */
export function ownBecause(approver: string, approvers: Approvers, plan: Plan): string | undefined {
  const { github, alsoKnownAs = [] } = approvers[approver] ?? {};
  const names = [approver, ...(github === undefined ? [] : [github]), ...alsoKnownAs].map((name) => name.toLowerCase());
  if (wordsOf(plan.requestedBy).some((word) => names.includes(word))) return `${approver} asked for this run`;
  const author = plan.input?.release.commit.author ?? '';
  return wordsOf(author).some((word) => names.includes(word)) ? `${approver} wrote the commit` : undefined;
}

function wordsOf(identity: string): string[] {
  const whole = identity.toLowerCase();
  return [whole, ...whole.split(/[\s<>()"',;]+/)].flatMap((word) => [
    word,
    word.split('@')[0] ?? '',
    word.split('/').at(-1) ?? '',
    word.split('/').at(-1)?.split('@')[0] ?? '',
    word.split(':').at(-1) ?? '',
  ]);
}
