const cosmetic = new Set(['tags', 'tagsAll', 'description']);

/** A key that only says something to people. No annotations, labels or metadata: elsewhere than on AWS they steer traffic. */
export function isCosmetic(key: string): boolean {
  return cosmetic.has(key);
}
