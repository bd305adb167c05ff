import { createHash } from 'node:crypto';

/** At most so long: a name that is longer keeps its beginning and ends in a hash of the whole, always the same one. */
export function shortName(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `${name.slice(0, longest - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

/** Pulumi adds a dash and seven digits of its own, so that a replacement never clashes with what it replaces. */
export function shortForAutonaming(name: string, longest: number): string {
  return shortName(name, longest - 8);
}
