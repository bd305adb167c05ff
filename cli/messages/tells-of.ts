import { runMoments } from '../../contract/message-moment.js';
import { severityOf, type NotifyConfiguration } from '../../contract/notify.js';
import type { Tell } from '../../contract/outbox.js';
import { isHeardFrom } from '../../contract/severity.js';
import type { MessageMoment } from '../../contract/message-moment.js';

/** What a checklist has told somebody, in its own words. */
export interface WrittenMessage {
  readonly at: (typeof runMoments)[number];
  readonly to: readonly string[];
  readonly template: string;
}

/**
 * Whom a run of this environment tells what. Those whom the checklist names hear its words instead of the usual ones; a
 * name that is no receiver any more is left out, because such a checklist is refused when a run is planned.
 */
export function tellsOf(notify: NotifyConfiguration, written: readonly WrittenMessage[]): Tell[] {
  return [...runMoments, 'late' as const].flatMap((moment) => {
    const severity = severityOf(notify, moment);
    const own = written
      .filter(({ at }) => at === moment)
      .flatMap(({ to, template }) => to.map((receiver) => ({ moment, receiver, severity, template })))
      .filter(({ receiver }) => receiver in notify.receivers);
    const others = receiversOf(notify, moment).filter((name) => own.every(({ receiver }) => receiver !== name));
    return [...own, ...others.map((receiver) => ({ moment, receiver, severity }))];
  });
}

/** By the route of this moment, else by severity. Lines of progress, unless routed, are for chats only. */
export function receiversOf(notify: NotifyConfiguration, moment: MessageMoment): readonly string[] {
  const severity = severityOf(notify, moment);
  const listening = Object.entries(notify.receivers).filter(
    ([, { kind, from }]) => isHeardFrom(from, severity) && (moment !== 'progress' || kind === 'slack'),
  );
  return notify.routes[moment] ?? listening.map(([name]) => name);
}
