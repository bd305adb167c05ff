/** Bits: the entropy of its own mix of characters times its length (Shannon, 1948); an upper bound, for a repetition 0. */
export function strengthOf(value: string): number {
  const characters = Array.from(value);
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  const { length } = characters;
  const shares = [...counts.values()].map((count) => count / length);
  return length * shares.reduce((sum, share) => sum - share * Math.log2(share), 0);
}
