import { describeDuration } from '../../contract/duration.js';
import type { Event } from '../../contract/event.js';
import { foldRun } from '../../journal/fold.js';
import { between } from '../../journal/run-state.js';
import { codeSpan } from '../print/markdown-code.js';
import { momentsOf } from '../report/moments.js';

/** A draft from the journal alone: what is known stands there, what only people know is asked. Pure. */
export function postmortemPage(events: readonly Event[]): string {
  const { run, plan, hash, started, last, ended, turned, steps } = foldRun(events);
  const end = ended?.at ?? last;
  const went = steps.filter(({ status }) => status === 'undone' || status === 'undo-failed');
  const judged = events.flatMap(({ at, body }) => (body.kind === 'judged' ? [{ at, ...body }] : []));
  const line = (name: string, value: string): string => `| ${name} | ${codeSpan(value).replaceAll('|', '\\|')} |`;
  return [
    `# Post-mortem of ${plan.action} ${plan.release?.version ?? ''} in ${plan.environment}: draft`,
    '',
    `Made from the journal of run ${run}. Lines that begin with 'To do' are for people.`,
    '',
    '| fact | value |',
    '| --- | --- |',
    line('outcome', ended?.outcome ?? 'unfinished'),
    line('release', `${plan.release?.version ?? '-'}, before it ${plan.previous?.version ?? '-'}`),
    line('requested by', plan.requestedBy),
    line('plan', hash),
    line('began', started),
    line('ended', `${end}, after ${describeDuration(between(started, end))}`),
    line('decided to go back', turned ? `${turned.at} by ${turned.by}: ${turned.because}` : 'never'),
    line('traffic back in', ended?.backMilliseconds === undefined ? '-' : describeDuration(ended.backMilliseconds)),
    line('put back', went.map(({ planned, status }) => `${planned.id} (${status})`).join(', ') || 'nothing'),
    '',
    '## What happened',
    '',
    ...momentsOf(plan, events).map(
      ({ at, title, because }) =>
        `- ${new Date(at).toISOString()} ${codeSpan(because === '' ? title : `${title}: ${because}`)}`,
    ),
    '',
    '## What was seen',
    '',
    ...(judged.length === 0
      ? ['Nothing was judged.']
      : judged.map(({ at, step, answer, because }) => `- ${at} ${step}: ${answer}: ${codeSpan(because)}`)),
    '',
    '## What only people know',
    '',
    '- To do: what users noticed, how many, and for how long',
    '- To do: why it happened, and why it was not found earlier',
    '- To do: what went well, and what was luck',
    '- To do: what is changed so that it does not happen again, by whom, by when',
    '',
  ].join('\n');
}
