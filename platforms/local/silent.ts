import type { Work } from '../../pipeline/ports/work.js';

/** Without a run's own words; where nobody waits who could stop it. */
export const silent: Work = { signal: new AbortController().signal, say: () => undefined };
