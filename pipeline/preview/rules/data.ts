import type { Change } from '../change.js';
import { dataKinds } from '../data-kinds.js';
import type { Finding, Rule } from '../finding.js';
import { kindOf } from '../kind-of.js';
import { isStateless } from '../stateless-kinds.js';
import { numberAt } from '../values.js';

/** What is deleted, replaced, or no longer guarded, and can't be made again. */
export const data: Rule = (change) =>
  change.custom ? [...losses(change), ...guards(change), ...retentions(change)] : [];

const dataFinding = (because: string): Finding => ({ danger: 'data', because });

function losses({ operation, type, replaces, retained }: Change): Finding[] {
  const kind = kindOf(type);
  if (isStateless(kind)) return [];
  const lost = dataKinds[kind] ?? `a ${type}, of which it is not known what it holds: taken for data`;
  if (operation === 'delete') {
    const orphan = `leaves Pulumi's state, and stays in the cloud without an owner: ${lost}`;
    return [retained ? { danger: 'unknown', because: orphan } : dataFinding(`is deleted: ${lost}`)];
  }
  if (operation !== 'replace') return [];
  const why = replaces.length === 0 ? '' : ` because of ${replaces.join(', ')}`;
  return [
    dataFinding(
      `is replaced by an empty one${why}: ${lost}${retained ? ' (the old one stays, without an owner)' : ''}`,
    ),
  ];
}

/** What would have stopped the next mistake. */
function guards({ operation, protection, before, after }: Change): Finding[] {
  if (after === undefined) return [];
  const unprotected = protection.before && !protection.after;
  const says = operation === 'replace' ? 'in the edit that replaces it' : 'and then the next edit may delete it';
  const switchedOff = before?.['deletionProtection'] === true && after['deletionProtection'] !== true;
  const noSnapshot =
    operation === 'update' && before?.['skipFinalSnapshot'] !== true && after['skipFinalSnapshot'] === true;
  return [
    ...(unprotected ? [dataFinding(`its protection is taken off, ${says}`)] : []),
    ...(switchedOff ? [dataFinding('deletion protection is switched off')] : []),
    ...(noSnapshot ? [dataFinding('a later deletion takes no last snapshot')] : []),
  ];
}

/** In days. Logs with 0 are kept for ever; the others with 0 not at all. */
const kept = ['backupRetentionPeriod', 'retentionInDays', 'deletionWindowInDays', 'recoveryWindowInDays'];

function retentions({ operation, before, after }: Change): Finding[] {
  if (operation !== 'update') return [];
  return kept.flatMap((key) => {
    const days = (count: number): number => (key === 'retentionInDays' && count === 0 ? Infinity : count);
    const [old, now] = [numberAt(before, key), numberAt(after, key)];
    if (old === undefined || now === undefined || days(now) >= days(old)) return [];
    return [dataFinding(`${key} goes from ${old === 0 ? 'ever' : old} to ${now} days: what is older goes`)];
  });
}
