import type { PlannedChecklist } from '../../contract/checklist.js';
import { ConfigurationError } from '../../contract/errors.js';
import type { Event } from '../../contract/event.js';
import type { NotifyConfiguration } from '../../contract/notify.js';
import type { WrittenMessage } from './tells-of.js';

/** Messages in the words of the checklist that this run's plan carries. */
export function writtenMessages(events: readonly Event[]): WrittenMessage[] {
  const first = events[0]?.body;
  return first?.kind === 'planned' ? writtenIn(first.plan.checklist) : [];
}

/** Messages in the words of a checklist. */
export function writtenIn(checklist: Pick<PlannedChecklist, 'items'> | undefined): WrittenMessage[] {
  return (checklist?.items ?? []).flatMap(({ check }) => {
    if (check.kind !== 'message') return [];
    const { at, to, template } = check;
    return [{ at, to, template }];
  });
}

/** Throws ConfigurationError, with file and line, where a message is for somebody whom the stack file doesn't name. */
export function refuseStrangers({ items }: Pick<PlannedChecklist, 'items'>, { receivers }: NotifyConfiguration): void {
  const strange = items.flatMap(({ check, place }) =>
    (check.kind === 'message' ? check.to : [])
      .filter((name) => !(name in receivers))
      .map((name) => `${place.file}:${place.line}: a message to ${name}, whom the stack file names nowhere`),
  );
  if (strange.length === 0) return;
  const known = Object.keys(receivers).join(', ') || 'none';
  throw new ConfigurationError(strange.join('\n'), {
    hint: `add it to notify.receivers of the environment (there is ${known}): docs/messages.md`,
  });
}
