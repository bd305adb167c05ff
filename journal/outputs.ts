import { RefusedError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import { environmentOutputsSchema, type EnvironmentOutputs } from '../contract/outputs.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

/** What the environment's stack gave last, so that status and rollback need no Pulumi. */
export async function saveOutputs(store: Store, outputs: EnvironmentOutputs): Promise<void> {
  await store.put(keyOf(outputs.environment), `${canonicalJson(outputs)}\n`);
}

export async function readOutputsIfAny(store: Store, environment: string): Promise<EnvironmentOutputs | undefined> {
  const text = await store.get(keyOf(environment));
  if (text === undefined) return undefined;
  return parseRecord(environmentOutputsSchema, text, `outputs of ${environment} in ${store.place}`);
}

/** Throws RefusedError before the environment's first `up`. */
export async function readOutputs(store: Store, environment: string): Promise<EnvironmentOutputs> {
  const outputs = await readOutputsIfAny(store, environment);
  if (outputs) return outputs;
  throw new RefusedError(`nothing is known of the environment ${environment} in ${store.place}`, {
    hint: `bring it up first: 'crossfade deploy ${environment} …' or 'pulumi up --stack ${environment}'`,
  });
}

function keyOf(environment: string): string {
  return `outputs/${environment}.json`;
}
