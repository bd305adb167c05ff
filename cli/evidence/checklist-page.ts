import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { render } from '../../checklist/render.js';
import { OperatorError } from '../../contract/errors.js';
import { digestOf } from '../../contract/json.js';
import type { RunState } from '../../journal/run-state.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { readBytes } from '../checklist/read-checklist.js';
import { resultsOf } from '../checklist/results-of.js';
import { codeSpan } from '../print/markdown-code.js';

/** The team's document with the run's results beside it; a table where the document is not the one of the plan any more. */
export async function checklistPage(state: RunState, folder: string): Promise<string> {
  const { checklist } = state.plan;
  if (checklist === undefined) return '# Checklist\n\nThis run was planned without one.\n';
  const results = resultsOf(checklist, state);
  const bytes = await bytesOf(resolve(folder, checklist.file));
  if (bytes && digestOf(bytes) === checklist.digest) {
    return render(await openChecklist(checklist.file, bytes), checklist, results, randomBytes(8).toString('hex'));
  }
  const cell = (text: string): string => codeSpan(text === '' ? '-' : text).replaceAll('|', '\\|');
  const rows = checklist.items.map(({ id, title }) => {
    const result = results.find((each) => each.id === id);
    const { answer = 'open', because = '', by = '', at = '' } = result ?? {};
    return `| ${[id, title, answer, because, by, at].map(cell).join(' | ')} |`;
  });
  const head = [
    `# ${checklist.title}`,
    '',
    `${checklist.file} is not the document of this run any more (${checklist.digest}); these are its items.`,
    '',
    '| item | asks | answer | because | by | at |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  return [...head, ...rows, ''].join('\n');
}

async function bytesOf(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readBytes(file);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return undefined;
  }
}
