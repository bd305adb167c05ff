export interface Table {
  readonly title: string;
  /** One object per row, all with the same keys: those head the columns. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

/** As text for a terminal; numbers to the right. */
export function printTable({ title, rows }: Table): string {
  const heads = Object.keys(rows[0] ?? {});
  const widths = heads.map((head) => Math.max(head.length, ...rows.map((row) => String(row[head] ?? '').length)));
  const line = (cells: readonly string[]): string => `  ${cells.join('   ')}`.trimEnd();
  const head = line(heads.map((name, index) => name.padEnd(widths[index] ?? 0)));
  const rule = line(widths.map((width) => '-'.repeat(width)));
  const body = rows.map((row) =>
    line(
      heads.map((name, index) => {
        const cell = row[name] ?? '';
        const width = widths[index] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      }),
    ),
  );
  return [title, '', head, rule, ...body, ''].join('\n');
}
