import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../answer.js';
import type { Git } from './git.js';
import type { Question } from '../git.js';
import { tagOf } from './version.js';

const shown = 10;

/** In everything that the release was made of. A line of equals signs alone is a heading in many texts. */
export async function askConflictMarkers({ git, commit }: Question): Promise<Verdict> {
  const found = await grep(git, commit, ['^(<{7}|>{7}|\\|{7}) ']);
  if (found.length === 0) return yes('no file has one', { commit });
  return no(`conflict markers in ${listed(found)}`, { commit, found: found.length });
}

/** Ways to stop in a debugger, and tests that keep others from running, in what Git calls extended expressions. */
const leftovers = [
  '^[[:space:]]*debugger;?[[:space:]]*$',
  '^[[:space:]]*(import (pdb|ipdb|pudb)|breakpoint\\(\\))',
  '(pdb|ipdb|pudb)\\.set_trace\\(',
  '(binding\\.pry|byebug)[[:space:]]*$',
  '(^|[^[:alnum:]_])(var_dump|dd)\\(',
  '(^|[^[:alnum:]_])dbg!\\(',
  '(^|[^[:alnum:]_])(describe|context|it|test)\\.only\\(',
  '(^|[^[:alnum:]_])(fdescribe|fit)\\(',
  '^[[:space:]]*console\\.(log|debug|trace)\\(',
];

/** Only in files that were changed since the live release: what has been there is not this release's. */
export async function askDebugLeftovers({ git, commit, previous }: Question): Promise<Verdict> {
  const base = previous === undefined ? undefined : await tagOf(git, previous);
  if (previous !== undefined && base === undefined) {
    return unknown(`no tag v${previous} of the live release is here, so that what is new can't be told`, { commit });
  }
  const lines = base === undefined ? undefined : await addedLines(git, base, commit);
  const found = (await grep(git, commit, leftovers)).filter((place) => lines?.has(place) ?? true);
  const since = base === undefined ? '' : ` since ${previous ?? ''}`;
  if (found.length === 0) return yes(`none was added${since}`, { commit });
  return no(`left over${since}: ${listed(found)}`, { commit, found: found.length });
}

/** `path:line` of each. */
async function grep(git: Git, commit: string, expressions: readonly string[]): Promise<string[]> {
  const patterns = expressions.flatMap((expression) => ['-e', expression]);
  const { text } = await git.run(['grep', '-n', '-I', '-E', '-z', '--full-name', ...patterns, commit, '--'], [1]);
  return text.split('\n').flatMap((line) => {
    const [place = '', number = ''] = line.split('\0');
    return /^\d+$/.test(number) ? [`${place.slice(commit.length + 1)}:${number}`] : [];
  });
}

async function addedLines(git: Git, base: string, commit: string): Promise<Set<string>> {
  const asked = ['diff', '--unified=0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', base, commit];
  const { text } = await git.run([...asked, '--']);
  const added = new Set<string>();
  let path = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('+++ ')) path = line.replace(/^\+\+\+ (?:b\/)?/, '');
    const [, first, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (first === undefined) continue;
    for (let offset = 0; offset < Number(count); offset += 1) added.add(`${path}:${Number(first) + offset}`);
  }
  return added;
}

function listed(found: readonly string[]): string {
  const more = found.length > shown ? ` and ${found.length - shown} more` : '';
  return `${found.slice(0, shown).join(', ')}${more}`;
}
