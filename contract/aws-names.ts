import type { Colour } from './colour.js';
import { digestOf } from './json.js';

/**
 * What everything of an environment is named by. Behind a product with a dash in its name comes a hash of both parts:
 * `shop-eu` in `production` and `shop` in `eu-production` may lie in one account.
 */
export function environmentPrefix(product: string, environment: string): string {
  const name = `${product}-${environment}`;
  return product.includes('-') ? `${name}-${digestOf(`${product}/${environment}`).slice(-4)}` : name;
}

/** What everything of a slot is named by. No part of a name has an underscore: nothing else ever begins like this. */
export function slotPrefix(cluster: string, colour: Colour): string {
  return `${cluster}_${colour}`;
}

/** What ECS calls the definition of a task that migrates. */
export function migrationFamily(cluster: string): string {
  return `${cluster}-migrate`;
}

/** Of a service's task on a copy of the database, or without a service of the task that migrates the copy. */
export function rehearsalFamily(cluster: string, service?: string): string {
  return `${cluster}_rehearse${service === undefined ? '' : `-${service}`}`;
}

/** What ECS calls a service of a slot, inside the environment's cluster. */
export function ecsServiceName(service: string, colour: Colour): string {
  return `${service}-${colour}`;
}

/** The stage of a secret's version that is the one in use. */
export const currentStage = 'AWSCURRENT';

/** A secret as a task definition names it: by its version, or by the stage, of which ECS takes whatever has it when a task starts. */
export function ecsSecret({ reference, version }: { readonly reference: string; readonly version: string }): string {
  return version === currentStage ? `${reference}::${currentStage}:` : `${reference}:::${version}`;
}

/** What an instance is called that a run has restored from a release's snapshot: one per run, within RDS's 63 characters. */
export function restoredInstanceName(snapshotPrefix: string, run: string): string {
  return `${restoredPrefix(snapshotPrefix)}${digestOf(run).replace('sha256:', '').slice(0, 12)}`;
}

/** With which their names begin, and no others. */
export function restoredPrefix(snapshotPrefix: string): string {
  return `${snapshotPrefix.slice(0, 50).replace(/-+$/, '')}-`;
}

/**
 * What the temporary copy of a snapshot is called on which a run tries something. No other instance ends so: the program's
 * end in digits of Pulumi's, restored ones in digits of a hash. What may be deleted by name rests on that.
 */
export function copyName(snapshotPrefix: string, run: string): string {
  return `${restoredPrefix(snapshotPrefix)}${digestOf(run).replace('sha256:', '').slice(0, 7)}${copyEnding}`;
}

/** Every copy's name, and no other instance's, in the words of IAM. */
export function copyPattern(snapshotPrefix: string): string {
  return `${restoredPrefix(snapshotPrefix)}${'?'.repeat(7)}${copyEnding}`;
}

export function isCopyName(snapshotPrefix: string, identifier: string): boolean {
  const rest = identifier.startsWith(restoredPrefix(snapshotPrefix))
    ? identifier.slice(restoredPrefix(snapshotPrefix).length)
    : '';
  return rest.endsWith(copyEnding) && /^[0-9a-f]{7}$/.test(rest.slice(0, -copyEnding.length));
}

const copyEnding = '-copy';

/** The tag of a copy, which says what it is for. */
export const copyTag = 'crossfade:copy';
export const copyPurposes = ['drill', 'rehearsal'] as const;
export type CopyPurpose = (typeof copyPurposes)[number];

/** Of a container's image, `repository@sha256:…`; undefined when it is named by a tag only. */
export function digestOfImage(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}

/** A tag may name another image tomorrow: whatever the reference says after the repository, the digest decides. */
export function imageByDigest({ reference, digest }: { readonly reference: string; readonly digest: string }): string {
  return `${repositoryOf(reference)}@${digest}`;
}

/** `registry/name` without tag and digest. */
export function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
