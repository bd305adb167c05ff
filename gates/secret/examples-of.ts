import type { Git } from '../git/git.js';

const example = /(?:^|[./_-])(?:example|sample|template|dist|default)(?:[./_-]|$)/i;
const most = 200;

/** What files that show how to configure give this setting, such as .env.example; of what git knows. */
export async function examplesOf(git: Git, name: string): Promise<{ readonly path: string; readonly value: string }[]> {
  const { text } = await git.run(['ls-files', '-z', '--full-name', ':/']);
  const paths = text
    .split('\0')
    .filter((path) => example.test(path))
    .slice(0, most);
  const found: { path: string; value: string }[] = [];
  for (const path of paths) {
    const { text: content } = await git.run(['show', '--no-textconv', `:${path}`], [128]);
    for (const value of valuesIn(content, name)) found.push({ path, value });
  }
  return found;
}

/** `NAME=value` and `NAME: value`, in quotes or not. */
function valuesIn(text: string, name: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, found, said = ''] =
      /^\s*(?:export\s+|-\s+)?["']?([A-Z_][A-Z0-9_]*)["']?\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (found !== name) return [];
    const [, quoted] = /^(["'])(.*)\1$/.exec(said)?.slice(1) ?? [];
    return [quoted ?? said.replace(/\s+#.*$/, '')];
  });
}
