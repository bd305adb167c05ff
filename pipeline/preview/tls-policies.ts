import type { Inputs } from './change.js';
import type { Finding } from './finding.js';
import { textAt } from './values.js';

/**
 * Elastic Load Balancing's policies for TLS, from the one that accepts the oldest protocol; equal numbers are equally old
 * (docs.aws.amazon.com, "Security policies for your Application Load Balancer").
 */
const oldestProtocol: readonly (readonly [RegExp, number])[] = [
  [/^ELBSecurityPolicy-TLS13-1-3(-|$)/, 1.3],
  [/^ELBSecurityPolicy-TLS13-1-2(-|$)/, 1.2],
  [/^ELBSecurityPolicy-TLS13-1-1(-|$)/, 1.1],
  [/^ELBSecurityPolicy-TLS13-1-0(-|$)/, 1],
  [/^ELBSecurityPolicy-(FS-1-2|TLS-1-2)(-|$)/, 1.2],
  [/^ELBSecurityPolicy-(FS-1-1|TLS-1-1)(-|$)/, 1.1],
  [/^ELBSecurityPolicy-(FS-2018-06|2016-08|2015-05)$/, 1],
];

/** Weaker ciphers within the same protocols. */
const forwardSecrecyOnly = /-Res-|-FS-|ELBSecurityPolicy-TLS13-1-3/;

/** A listener whose connections are protected less than before, or hardly at all. */
export function tlsFindings(kind: string, before: Inputs | undefined, after: Inputs): Finding[] {
  if (kind !== 'aws:lb:Listener') return [];
  const [old, now] = [textAt(before, 'sslPolicy'), textAt(after, 'sslPolicy')];
  if (textAt(before, 'protocol') === 'HTTPS' && textAt(after, 'protocol') !== 'HTTPS') {
    return [{ danger: 'security', because: `goes from HTTPS to ${textAt(after, 'protocol') ?? 'plain HTTP'}` }];
  }
  if (now === undefined || now === old) return [];
  const [was, is] = [rankOf(old), rankOf(now)];
  if (is === undefined)
    return [{ danger: 'unknown', because: `its TLS policy ${now} is not in the list of known ones` }];
  if (is < 1.2) return [{ danger: 'security', because: `its TLS policy ${now} accepts TLS ${is.toFixed(1)}` }];
  if (old === undefined) return [];
  if (was === undefined)
    return [{ danger: 'unknown', because: `its TLS policy ${old} is not in the list of known ones` }];
  const weaker = is < was || (is === was && forwardSecrecyOnly.test(old) && !forwardSecrecyOnly.test(now));
  return weaker ? [{ danger: 'security', because: `its TLS policy goes from ${old} down to ${now}` }] : [];
}

function rankOf(policy: string | undefined): number | undefined {
  return policy === undefined ? undefined : oldestProtocol.find(([pattern]) => pattern.test(policy))?.[1];
}
