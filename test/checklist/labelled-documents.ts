import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importChecklist, type Proposal } from '../../checklist/import/import-checklist.js';
import type { Said } from '../../checklist/import/mapping.js';
import { openChecklist } from '../../checklist/open-checklist.js';

const folder = fileURLToPath(new URL('fixtures/import/', import.meta.url));

export interface Labelled {
  readonly name: string;
  readonly bytes: Buffer;
  /** `12: metric error-rate pass below 1%`, sorted. */
  readonly expected: readonly string[];
  readonly proposed: readonly string[];
  /** Proposed signatures, which need no label: a box is there to be ticked. */
  readonly signatures: number;
  readonly false: readonly string[];
  readonly missed: readonly string[];
}

/** Documents in many shapes with what a person maps in them: NAME.md, and NAME.expected with 'mapping @ words of its line'. */
export async function labelledDocuments(): Promise<Labelled[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).map((name) => name.slice(0, -3));
  return Promise.all(names.sort().map(compare));
}

async function compare(name: string): Promise<Labelled> {
  const bytes = await readFile(join(folder, `${name}.md`));
  const lines = bytes.toString('utf8').split(/\r?\n/);
  const labels = (await readFile(join(folder, `${name}.expected`), 'utf8')).split('\n').filter((label) => label !== '');
  const expected = labels.map((label) => {
    const [mapping = '', words = ''] = label.split(' @ ');
    const line = lines.findIndex((text) => text.includes(words)) + 1;
    if (line === 0) throw new Error(`${name}.expected: no line has '${words}'`);
    return `${line}: ${mapping}`;
  });
  const { proposed } = await importChecklist(await openChecklist(`${name}.md`, bytes));
  const decided = proposed.filter(({ says }) => says['sign-off'] !== 'operator' || says['due'] !== undefined);
  const summaries = decided.map((each) => `${each.line}: ${summary(each)}`);
  return {
    name,
    bytes,
    expected,
    proposed: summaries,
    signatures: proposed.length - decided.length,
    false: summaries.filter((each) => !expected.includes(each)),
    missed: expected.filter((each) => !summaries.includes(each)),
  };
}

function summary({ says }: Proposal): string {
  if (typeof says['due'] === 'string') return `due ${says['due']}`;
  const [[key, value] = ['', '']] = Object.entries(says);
  if (typeof value === 'string') return value === '' ? key : `${key} ${value}`;
  const parts = value as Readonly<Record<string, Said>>;
  switch (key) {
    case 'metric':
      return [
        'metric',
        word(parts['name']),
        word(parts['statistic']),
        ...['of', 'pass', 'alarm', 'rollback', 'over'].flatMap((each) =>
          parts[each] === undefined ? [] : [each, word(parts[each])],
        ),
      ]
        .filter((each) => each !== '')
        .join(' ');
    case 'ci':
      return `ci ${word(parts['asks'])} ${word(parts['atLeast'])}`;
    case 'approval':
      return `approval ${word(parts['count'])} ${word(parts['role'])}`;
    case 'http':
      return ['http', word(parts['ask']), word(parts['status'])].filter((each) => each !== '').join(' ');
    case 'config':
      return `config ${word(parts['name'])} ${word(parts['equals'])}`;
    case 'command':
      return `command run ${word(parts['run'])}`;
    default:
      return `${key} ${Object.entries(parts)
        .map(([name, each]) => `${name} ${word(each)}`)
        .join(' ')}`;
  }
}

function word(said: Said | undefined): string {
  if (said === undefined) return '';
  return typeof said === 'string' ? said : JSON.stringify(said).replaceAll(/[[\]"]/g, '');
}
