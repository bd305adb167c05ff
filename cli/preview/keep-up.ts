import { canonicalJson } from '../../contract/json.js';
import type { Exemption } from '../../pipeline/preview/exceptions.js';
import type { JudgedStack } from '../../pipeline/preview/verdict.js';
import type { OpenEnvironment } from '../open-environment.js';

export interface Up {
  /** Of the changes that were reviewed. */
  readonly hash: string;
  readonly exceptions: readonly (Exemption & { readonly urn: string })[];
  /** Number of resources by what was done. */
  readonly changes: Readonly<Record<string, number>>;
  readonly failed?: string;
}

/** Keeps in the store what was made of an environment, by whom, and under which exceptions. */
export async function keepUp({ store, name, clock, by }: OpenEnvironment, up: Up): Promise<object> {
  const at = clock.now().toISOString();
  const record = { format: 1, environment: name, at, by, ...up };
  await store.putOnce(`ups/${name}/${at.replace(/[-:.]/g, '')}.json`, `${canonicalJson(record)}\n`);
  return record;
}

export function acceptedIn({ changes }: JudgedStack): Up['exceptions'] {
  return changes.flatMap(({ change, exemption }) =>
    exemption?.accepted === true ? [{ urn: change.urn, ...exemption }] : [],
  );
}
