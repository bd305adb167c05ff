import { describeDuration } from '../../contract/duration.js';
import type { Plan } from '../../contract/plan.js';
import { codeSpan } from '../print/markdown-code.js';
import type { EvidenceFacts } from './facts-of.js';
import { countOf, fileOf, headings } from './frameworks.js';

export interface IndexFacts {
  readonly plan: Plan;
  readonly facts: EvidenceFacts;
  readonly events: number;
  readonly withheld: number;
  readonly messages: number;
  readonly verification: string;
}

/** What auditors ask for, and where in the archive it lies. */
export function indexPage({ plan, facts, events, withheld, messages, verification }: IndexFacts): string {
  const { record } = facts;
  const field = (name: string): string => text(record[name]);
  return [
    `# Evidence of run ${plan.run}`,
    '',
    '| field of the audit record | value |',
    '| --- | --- |',
    row('timestamp', `${field('started')} to ${field('ended')}`),
    row('version', `${field('version')}, before it ${field('previousVersion')}`),
    row('engineer', field('requestedBy')),
    row('approval chain', approvalChain(facts)),
    row('test results', testResults(facts)),
    row('duration', typeof record['milliseconds'] === 'number' ? describeDuration(record['milliseconds']) : '-'),
    row('rollback events', rollbackEvents(facts)),
    row('outcome', field('outcome')),
    row('plan', field('planHash')),
    row(
      'journal',
      `${events} events${withheld === 0 ? '' : `, ${withheld} withheld: a secret's value stood in them`}; ${verification}`,
    ),
    '',
    'Where to look. This says what there is; whether it is enough is for the auditor to say.',
    '',
    '| framework | reference | asks | files |',
    '| --- | --- | --- | --- |',
    ...headings.map(({ framework, reference, asks, parts }) => {
      const files = parts.map((part) => {
        const count = countOf(part, facts, events, messages);
        return `[${fileOf[part]}](${fileOf[part]})${count === 0 ? ' (none in this run)' : ''}`;
      });
      return `| ${framework} | ${reference} | ${asks} | ${files.join(', ')} |`;
    }),
    '',
  ].join('\n');
}

function row(name: string, value: string): string {
  return `| ${name} | ${codeSpan(value === '' ? '-' : value).replaceAll('|', '\\|')} |`;
}

function text(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function approvalChain({ approvals }: EvidenceFacts): string {
  const yes = approvals.filter(({ answer }) => answer === 'yes');
  const waived = approvals.filter(({ kind }) => kind === 'waived');
  const said = [
    ...yes.map(({ because, step }) => `${text(step)}: ${text(because)}`),
    ...waived.map(({ step, by }) => `${text(step)}: waived by ${text(by)}`),
  ];
  return said.length === 0 ? 'nobody was asked' : said.join('; ');
}

function testResults({ gates }: EvidenceFacts): string {
  const count = (answer: string): number =>
    gates.filter((gate) => gate['answer'] === answer && gate['waived'] === null).length;
  const waived = gates.filter((gate) => gate['waived'] !== null).length;
  return `${count('yes')} yes, ${count('no')} no, ${count('unknown')} unknown, ${waived} waived, of ${gates.length}`;
}

function rollbackEvents({ rollback, record }: EvidenceFacts): string {
  const turned = rollback.find(({ kind }) => kind === 'turned');
  if (turned === undefined) return 'none';
  const back = record['millisecondsToGoBack'];
  return `${text(turned['at'])} by ${text(turned['by'])}${typeof back === 'number' ? `, traffic back in ${describeDuration(back)}` : ''}`;
}
