import { compiledOrRefused } from '../checklist/compile.js';
import { lint } from '../checklist/lint/lint.js';
import { planChecklist } from '../checklist/plan.js';
import { loadMarkdown } from '../checklist/read/load-markdown.js';
import { readDocument } from '../checklist/read/read-document.js';
import { readSource } from '../checklist/read/source.js';
import { readSql } from '../cli/checklist/read-sql.js';
import { labelledDocuments } from '../test/checklist/labelled-documents.js';
import { median, verdictOf } from './parts/spread.js';
import type { Table } from './print-table.js';

export const name = 'checklist';

const rounds = 15;
const most = 300;

/** 500 items, half of them with code or a metric, under twenty headings. */
export function longChecklist(items: number): string {
  const lines = ['# Release', ''];
  for (let item = 0; item < items; item += 1) {
    if (item % 25 === 0) lines.push('', `## Part ${item / 25}`, '');
    const needs = item % 10 === 9 ? `, needs: item-${item - 1}` : '';
    if (item % 4 === 0)
      lines.push(
        `- [ ] Command ${item}`,
        `  <!-- crossfade: id: item-${item} -->`,
        '  ```sh',
        `  make check-${item}`,
        '  ```',
      );
    else if (item % 4 === 1)
      lines.push(
        `- [ ] Errors of ${item} stay low <!-- crossfade: id: item-${item}, metric: {name: error-rate, pass: below 1%}${needs} -->`,
      );
    else lines.push(`- [ ] Somebody has looked at part ${item} <!-- crossfade: id: item-${item}${needs} -->`);
  }
  return `${lines.join('\n')}\n`;
}

/** How long a checklist of 500 items takes, beside its Markdown parser alone; and what import makes of labelled documents. */
export async function run(): Promise<Table> {
  const bytes = Buffer.from(longChecklist(500));
  const parse = await loadMarkdown();
  const source = readSource('RELEASE.md', bytes);
  const works: readonly { what: string; work: () => unknown; most?: number }[] = [
    { what: 'Markdown parser alone', work: () => parse(source.text) },
    {
      what: 'read, compile and plan',
      work: () => planChecklist(compiledOrRefused(readDocument(readSource('RELEASE.md', bytes), parse))),
      most,
    },
    { what: 'lint', work: () => lint(readDocument(source, parse), readSql) },
  ];
  const rows: Record<string, string | number>[] = [];
  for (const { what, work, most: limit } of works) {
    const first = await time(work);
    const later: number[] = [];
    for (let round = 0; round < rounds; round += 1) later.push(await time(work));
    rows.push({
      what,
      'first, ms': first.toFixed(0),
      'median, ms': median(later).toFixed(0),
      target:
        limit === undefined
          ? ''
          : `< ${limit} ms: ${verdictOf(Math.max(first, median(later)), (value) => value < limit)}`,
    });
  }
  rows.push(...(await importRows()));
  return { title: `A checklist of 500 items, ${Math.round(bytes.length / 1_000)} kB: ${rounds} rounds`, rows };
}

async function importRows(): Promise<Record<string, string | number>[]> {
  const documents = await labelledDocuments();
  const count = (of: (document: (typeof documents)[number]) => readonly string[]): number =>
    documents.flatMap(of).length;
  const wrong = count((document) => document.false);
  const missed = count((document) => document.missed);
  const expected = count((document) => document.expected);
  const what = `import of ${documents.length} labelled documents`;
  const row = (result: string) => ({ what, 'first, ms': '', 'median, ms': '', target: result });
  return [
    row(`false mappings: ${wrong} of ${count((document) => document.proposed)}`),
    row(`found: ${expected - missed} of ${expected} (${((100 * (expected - missed)) / expected).toFixed(0)} %)`),
  ];
}

async function time(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
