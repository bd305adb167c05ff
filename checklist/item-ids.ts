/** Lower case words with - between them, cut at a word. */
export function slugOf(text: string, longest = 48): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/<!--[^]*?-->/g, '')
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (plain.length <= longest) return plain;
  const cut = plain.slice(0, longest + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf('-'), 1)).replace(/-+$/, '');
}

/**
 * An id for each text: its words; with its nearest heading where that is not enough, then with all headings. Those that
 * are still the same get undefined.
 */
export function deriveIds(
  texts: readonly { readonly text: string; readonly path: readonly string[] }[],
  taken: ReadonlySet<string>,
): (string | undefined)[] {
  const candidates = texts.map(({ text, path }) => {
    const own = slugOf(text) || 'item';
    // The title stands above everything, and a heading may be the text itself.
    const above = path.length > 1 ? path.slice(1) : path;
    const headings = above.map((heading) => slugOf(heading, 32)).filter((slug) => slug !== '' && !own.startsWith(slug));
    return [own, [...headings.slice(-1), own].join('/'), [...headings, own].join('/')];
  });
  const ids: (string | undefined)[] = texts.map(() => undefined);
  const used = new Set(taken);
  for (let level = 0; level < 3; level += 1) {
    const counts = new Map<string, number>();
    for (const each of candidates) {
      const candidate = each[level] ?? '';
      counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
    }
    for (const [index, each] of candidates.entries()) {
      const candidate = each[level] ?? '';
      if (ids[index] !== undefined || counts.get(candidate) !== 1 || used.has(candidate)) continue;
      ids[index] = candidate;
      used.add(candidate);
    }
  }
  return ids;
}
