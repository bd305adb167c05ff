/** One JSON document for machines, or lines for people. */
export function print(json: boolean, data: unknown, lines: () => readonly string[]): void {
  process.stdout.write(
    json
      ? `${JSON.stringify(data)}\n`
      : lines()
          .map((line) => `${line}\n`)
          .join(''),
  );
}
