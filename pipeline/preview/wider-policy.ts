import type { Grant } from './policy-document.js';

/** A sentence for each thing that `after` allows and `before` didn't, wildcards and lost conditions named. Empty: not wider. */
export function widerPolicy(before: readonly Grant[], after: readonly Grant[]): string[] {
  const allowed = before.filter(({ effect }) => effect === 'Allow');
  const denied = after.filter(({ effect }) => effect === 'Deny');
  const newly = after
    .filter(({ effect }) => effect === 'Allow')
    .filter((grant) => !allowed.some((old) => covers(old, grant)))
    .map((grant) => describe(grant, allowed));
  const lifted = before
    .filter(({ effect }) => effect === 'Deny')
    .filter((old) => !denied.some((now) => covers(now, old)))
    .map(({ action, resource }) => `no longer denies ${action} on ${resource}`);
  return [...new Set([...newly, ...lifted])];
}

/** `outer` speaks of at least all that `inner` speaks of. More conditions speak of less. */
function covers(outer: Grant, inner: Grant): boolean {
  if (outer.conditions.some((condition) => !inner.conditions.includes(condition))) return false;
  if (outer.negative || inner.negative) {
    return outer.action === inner.action && outer.resource === inner.resource && outer.principal === inner.principal;
  }
  return (
    matches(outer.action.toLowerCase(), inner.action.toLowerCase()) &&
    matches(outer.resource, inner.resource) &&
    (outer.principal === '*' || outer.principal === inner.principal)
  );
}

function describe(grant: Grant, allowed: readonly Grant[]): string {
  const bare = allowed.some((old) => covers({ ...old, conditions: [] }, grant));
  const wild = [grant.action, grant.resource, grant.principal].includes('*') || grant.action.endsWith(':*');
  const who = grant.principal === 'its holder' ? '' : ` to ${grant.principal === '*' ? 'everybody' : grant.principal}`;
  const under = grant.conditions.length === 0 ? '' : ', under conditions';
  return `allows ${grant.action} on ${grant.resource}${who}${under}${bare ? ': a condition is gone or changed' : ''}${wild ? ' (wildcard)' : ''}`;
}

/** Whether IAM's pattern matches all that the other one does: the other's own * and ? are matched by * only, or by themselves. */
export function matches(pattern: string, text: string): boolean {
  let [p, t, star, from] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      from = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === text[t] || (pattern[p] === '?' && text[t] !== '*'))) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      from += 1;
      t = from;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
