import type { AskedItem } from '../commands/checklist-ask.js';
import { withoutCommands } from '../../journal/plain-text.js';
import { visible } from '../report/visible.js';
import { table } from './table.js';

const lastLines = 20;

/** Each item with its answer, what is not a yes last so that it is seen, and what a command that failed printed. */
export function askedLines(asked: readonly AskedItem[]): string[] {
  const good = asked.filter(({ verdict }) => verdict.answer === 'yes');
  const rest = asked.filter(({ verdict }) => verdict.answer !== 'yes');
  return [
    ...table([...good, ...rest].map(row)),
    ...rest.flatMap(({ id, output }) => (output === '' ? [] : ['', `${id} printed:`, ...tail(output)])),
    '',
    `${good.length} of ${asked.length} answer yes`,
  ];
}

function row({ id, kind, line, optional, verdict: { answer, because } }: AskedItem): string[] {
  const called = answer === 'yes' ? 'yes' : answer.toUpperCase();
  return [optional && answer !== 'yes' ? `${called} (optional)` : called, id, kind, `line ${line}`, visible(because)];
}

function tail(output: string): string[] {
  const lines = withoutCommands(visible(output)).trimEnd().split('\n');
  return lines.slice(-lastLines).map((line) => `  ${line}`);
}
