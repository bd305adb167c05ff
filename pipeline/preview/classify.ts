import type { Change } from './change.js';
import { dangers, stops, type Circumstances, type Danger, type Finding } from './finding.js';
import { access } from './rules/access.js';
import { cost } from './rules/cost.js';
import { data } from './rules/data.js';
import { downtime } from './rules/downtime.js';
import { harmless } from './rules/harmless.js';
import { security } from './rules/security.js';
import { traffic } from './rules/traffic.js';

/** A change with all that is to be said about it, worst first. */
export interface Classified {
  readonly change: Change;
  /** The worst of its findings. */
  readonly danger: Danger;
  readonly findings: readonly Finding[];
}

const rules = [data, traffic, security, access, downtime, cost];

/** Every change, dangerous ones first. What no rule knows is said to be unknown, never harmless. */
export function classify(changes: readonly Change[], circumstances: Circumstances): Classified[] {
  return changes.map((change) => classified(change, circumstances)).sort(worstFirst);
}

function classified(change: Change, circumstances: Circumstances): Classified {
  const found = rules.flatMap((rule) => rule(change, circumstances));
  const seen = found.some(({ danger }) => stops(danger)) ? found : [...found, ...orUnknown(change, circumstances)];
  const findings = [...seen].sort((one, other) => rank(one.danger) - rank(other.danger));
  return { change, danger: findings[0]?.danger ?? 'unknown', findings };
}

function orUnknown(change: Change, circumstances: Circumstances): readonly Finding[] {
  const known = harmless(change, circumstances);
  if (known.length > 0) return known;
  const at = change.paths.length === 0 ? '' : ` of ${change.paths.slice(0, 5).join(', ')}`;
  const because = change.unseen
    ? 'something changes that neither the engine nor its inputs show: a secret perhaps'
    : `no rule knows what this ${change.operation}${at} on a ${change.type} does`;
  return [{ danger: 'unknown', because }];
}

function worstFirst(one: Classified, other: Classified): number {
  const order = rank(one.danger) - rank(other.danger);
  return order !== 0 ? order : one.change.urn < other.change.urn ? -1 : 1;
}

function rank(danger: Danger): number {
  return dangers.indexOf(danger);
}
