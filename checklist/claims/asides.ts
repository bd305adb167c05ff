import type { Sense } from './claim.js';
import { limitsIn, type FoundLimit, type Notation } from './limits.js';
import { isStatistic } from './name-metric.js';

interface Aside {
  readonly sense: Sense;
  readonly limit: FoundLimit;
}

const asides: readonly (readonly [Sense, RegExp])[] = [
  ['baseline', /^(?:was|from|baseline:?|before:?|previously:?|currently:?|today:?)\s+(?:~|about |around )?/i],
  ['target', /^(?:target|goal|aim)(?:s|ed)?:?\s*(?:~|about |<|<=|≤)?\s*/i],
  ['rollback', /^(?:roll ?back|abort)(?: if| at| when)?:?\s*(?=[<>≤≥])/i],
  ['alarm', /^(?:alert|alarm|warn)(?: if| at| when)?:?\s*(?=[<>≤≥])/i],
];

/** What stands in brackets is about the limit before it, or explains: it is read apart, or not at all. */
export function withoutAsides(text: string, notation: Notation): { claims: Aside[]; rest: string } {
  const claims: Aside[] = [];
  const rest = text.replaceAll(/\(([^()]*)\)/g, (_, inner: string, offset: number) => {
    const beforeIt = limitsIn(text.slice(0, offset), notation).length > 0;
    if (!beforeIt) return isStatistic(inner) || limitsIn(inner, notation).length > 0 ? ` ${inner} ` : ' ';
    const kind = asides.find(([, pattern]) => pattern.test(inner));
    if (kind) {
      const number = inner.replace(kind[1], '');
      const [limit] = limitsIn(/^[<>≤≥]/.test(number) ? number : `< ${number}`, notation);
      if (limit) claims.push({ sense: kind[0], limit });
    }
    return ' ';
  });
  return { claims, rest };
}
