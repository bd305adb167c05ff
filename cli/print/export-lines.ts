/**
 * For `eval "$(…)"` in a POSIX shell: nothing in a value is special between single quotes but the quote itself. Of a
 * variable that is undefined the shell is told to forget what it has.
 */
export function exportLines(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  );
}
