const longest = 1_000;

/** One line, with nothing in it that a terminal or a CI system would obey. */
export function plainLine(text: string): string {
  return text
    .replace(/\p{Cc}\[[0-9;?]*[A-Za-z]|\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '')
    .slice(0, longest)
    .trimEnd();
}
