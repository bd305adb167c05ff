import { createHash, timingSafeEqual } from 'node:crypto';

/** With which values are signed or encrypted: what is short of it can be guessed offline. */
const keyLike = /(?:secret|signing|session|jwt|encryption|cookie)[-_]?key|[-_]secret$|salt|pepper/i;
const shortestKey = 50;
/** A key of fewer different characters was typed, not drawn. */
const fewestCharacters = 10;
/** What examples and generators of projects leave there. */
const placeholders = [
  /^django-insecure-/i,
  /change[-_ ]?me/i,
  /^your[-_ ]/i,
  /^(?:example|placeholder|todo)/i,
  /^(.)\1*$/,
];

export interface GivenSecret {
  readonly name: string;
  readonly minimumLength: number;
  /** SHA-256 in hex that it may not have, such as the example's. */
  readonly refusedDigests: readonly string[];
}

/** Why a value that a person has put in is too weak; never shows any of it. Undefined: it isn't. */
export function weakBecause(
  secret: GivenSecret,
  value: string,
  elsewhere: readonly { readonly environment: string; readonly value: string }[],
): string | undefined {
  const isKey = keyLike.test(secret.name);
  const shortest = Math.max(secret.minimumLength, isKey ? shortestKey : 0);
  if (value.length < shortest) return `it has fewer than ${shortest} characters`;
  const digest = createHash('sha256').update(value).digest('hex');
  if (secret.refusedDigests.includes(digest)) return 'it is one that may not be used (refusedDigests)';
  if (placeholders.some((pattern) => pattern.test(value))) return "it is an example's";
  if (isKey && new Set(value).size < fewestCharacters)
    return `it has fewer than ${fewestCharacters} different characters`;
  const same = elsewhere.find((other) => equal(other.value, value));
  return same && `it is the same as in ${same.environment}`;
}

function equal(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
