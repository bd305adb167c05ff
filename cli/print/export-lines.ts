/** For `eval "$(…)"` in a POSIX shell: nothing in a value is special between single quotes but the quote itself. */
export function exportLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
