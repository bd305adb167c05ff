import type { Git } from './git.js';

export const changelogs = ['CHANGELOG.md', 'CHANGELOG', 'CHANGES.md', 'HISTORY.md', 'docs/CHANGELOG.md'] as const;

export interface Changelog {
  readonly path: string;
  /** What stands under the version's heading; undefined: there is no such heading. */
  readonly section: string | undefined;
}

/** What the commit's own changelog says of a version: that in the project's folder, else in the repository's. */
export async function readChangelog(git: Git, commit: string, version: string): Promise<Changelog | undefined> {
  for (const place of changelogs.flatMap((name) => [`./${name}`, name])) {
    const { code, text } = await git.run(['show', '--no-textconv', `${commit}:${place}`], [128]);
    if (code === 0) return { path: place.replace(/^\.\//, ''), section: sectionOf(text, version) };
  }
  return undefined;
}

/** Up to the next heading that is no part of it. */
function sectionOf(text: string, version: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => versionIn(line) === version);
  if (at < 0) return undefined;
  const own = levelOf(lines[at] ?? '');
  const rest = lines.slice(at + 1);
  const ends = (line: string): boolean => {
    const level = levelOf(line);
    return own === 0 ? versionIn(line) !== undefined || (level > 0 && level < 3) : level > 0 && level <= own;
  };
  const next = rest.findIndex(ends);
  const said = next < 0 ? rest : rest.slice(0, next);
  // A heading may be underlined.
  const [first = ''] = said;
  return (/^[=-]+\s*$/.test(first) ? said.slice(1) : said).join('\n').trim();
}

function versionIn(line: string): string | undefined {
  return /^(?:#{1,4}\s+)?\[?v?(\d+\.\d+\.\d+[-0-9A-Za-z.]*)\]?(?:[\s(:–—-]|$)/.exec(line)?.[1];
}

/** 0: it is no heading of the kind with hashes. */
function levelOf(line: string): number {
  return /^(#{1,6})\s/.exec(line)?.[1]?.length ?? 0;
}
