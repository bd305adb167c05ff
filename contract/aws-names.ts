import type { Colour } from './colour.js';

/** What ECS calls a service of a slot, inside the environment's cluster. */
export function ecsServiceName(service: string, colour: Colour): string {
  return `${service}-${colour}`;
}

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
