import { describeBound } from '../../contract/bound.js';
import type { ChecklistItem } from '../../contract/checklist.js';
import { describeDuration } from '../../contract/duration.js';
import type { Check } from '../../contract/gate.js';
import type { CoveredLine, Share } from '../../checklist/coverage.js';
import { writeSaid } from '../../checklist/import/mapping.js';
import type { Proposal } from '../../checklist/import/import-checklist.js';
import type { Finding } from '../../checklist/lint/finding.js';
import type { PlannedPhase } from '../../checklist/plan.js';
import { visible } from '../report/visible.js';
import { table } from './table.js';

const names: Readonly<Record<PlannedPhase['moment'], string>> = {
  always: 'at any time',
  before: 'before the run',
  staging: 'in staging',
  during: 'in the run',
  after: 'after the promotion',
  rollback: 'when it goes back',
  record: 'on record',
};

/** What would be done in which phase, by what, and for whom. */
export function checklistPlanLines(phases: readonly PlannedPhase[]): string[] {
  return phases.flatMap(({ moment, items }) => [
    `${names[moment]}: ${items.length}`,
    ...table(
      items.map((item) => [
        `  ${item.id}`,
        item.proposed ? `proposed ${item.check.kind}` : item.check.kind,
        forWhom(item),
        visible(what(item)),
      ]),
    ),
    '',
  ]);
}

function forWhom({ role, due, environments, optional, check }: ChecklistItem): string {
  const by = 'role' in check ? check.role : role;
  return [
    by,
    ...(due === undefined ? [] : [`within ${describeDuration(due)}`]),
    ...(environments.length === 0 ? [] : [`in ${environments.join(', ')}`]),
    ...(optional ? ['optional'] : []),
  ].join(', ');
}

function what({ title, check, place }: ChecklistItem): string {
  return `${detail(check) ?? title} (line ${place.line})`;
}

function detail(check: Check): string | undefined {
  switch (check.kind) {
    case 'command':
      return check.script
        .trim()
        .split('\n')
        .find((line) => !/^\s*(?:#|$)/.test(line));
    case 'http':
      return `${check.method} ${check.url} answers ${check.status.join(' or ')}`;
    case 'metric':
      return [
        [check.of, check.metric, check.statistic].filter((word) => word !== undefined).join(' '),
        ...(['pass', 'alarm', 'rollback'] as const).flatMap((line) =>
          check[line] ? [`${line} ${describeBound(check[line])}`] : [],
        ),
      ].join(', ');
    case 'approval':
      return check.count === 1 ? undefined : `${check.count} approvals`;
    default:
      return undefined;
  }
}

export function lintLines(file: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [`${file}: nothing found`];
  return [
    ...findings.flatMap(({ code, lines, because, better }) => {
      const [first, ...others] = lines;
      const at = others.length === 0 ? '' : ` (and line ${others.join(', ')})`;
      return [`${file}:${first ?? 1}: ${code}${at}`, `  ${visible(because)}`, `  → ${visible(better)}`];
    }),
    `${findings.length} found`,
  ];
}

export function coverageLines(lines: readonly CoveredLine[], shares: Readonly<Record<Share, number>>): string[] {
  return [
    ...table(lines.map(({ line, share, by, text }) => [`  ${line}`, share, by, visible(text.slice(0, 80))])),
    shareLine(lines.length, shares),
  ];
}

export function shareLine(count: number, shares: Readonly<Record<Share, number>>): string {
  const parts = (['executable', 'sign-off', 'proposed', 'unmapped'] as const).map(
    (share) => `${shares[share]} % ${share}`,
  );
  return `${count} lines that ask for something: ${parts.join(', ')}`;
}

interface ImportSummary {
  readonly target: string;
  readonly dryRun: boolean;
  readonly proposed: readonly Proposal[];
  readonly unmapped: readonly CoveredLine[];
  readonly shares: Readonly<Record<Share, number>>;
  readonly count: number;
}

/** What is proposed, what is not, and what to do next. */
export function importLines({ target, dryRun, proposed, unmapped, shares, count }: ImportSummary): string[] {
  return [
    `proposed: ${proposed.length}, inert until somebody accepts them`,
    ...table(
      proposed.map(({ id, line, title, says }) => [
        `  ${line}`,
        id,
        visible(writeSaid(says)),
        visible((title.split('\n', 1)[0] ?? '').slice(0, 60)),
      ]),
    ),
    `not mapped: ${unmapped.length}`,
    ...table(unmapped.map(({ line, text }) => [`  ${line}`, visible(text.slice(0, 100))])),
    shareLine(count, shares),
    dryRun
      ? `${target} was not written (dry run)`
      : `written to ${target}: read every proposal, then 'crossfade checklist accept ${target} ID…'`,
  ];
}
