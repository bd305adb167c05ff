import { describeWindow, type AnnouncementLine } from '../../contract/announcement.js';
import type { Message } from '../../contract/outbox.js';
import type { Letter } from '../../journal/outbox-state.js';

/** What came of an announcement. */
export interface Announcing {
  readonly environment: string;
  readonly line: AnnouncementLine;
  /** What stood before. */
  readonly standing: Extract<AnnouncementLine, { kind: 'announced' }> | undefined;
  /** `already`: the same stands on record. `not-yet`: this only shows it. */
  readonly said: 'now' | 'already' | 'not-yet';
  readonly letters: readonly Letter[];
  /** That would be sent. */
  readonly messages: readonly Message[];
  /** What the checklist's windows would answer then. */
  readonly warnings: readonly string[];
}

export function announceLines({
  environment,
  line,
  standing,
  said,
  letters,
  messages,
  warnings,
}: Announcing): string[] {
  const told = letters.filter(({ status }) => status === 'delivered').map(({ message }) => message.receiver);
  const untold = letters.filter(({ status }) => status !== 'delivered');
  return [
    `${said === 'not-yet' ? 'would say: ' : ''}${line.version} ${whatText(line, standing, said)} in ${environment}`,
    ...messages.flatMap(({ receiver, text }) => [`to ${receiver}:`, ...text.split('\n').map((each) => `  ${each}`)]),
    ...(told.length === 0 ? [] : [`told: ${[...new Set(told)].join(', ')}`]),
    ...untold.map(
      ({ message, says = 'not tried yet' }) =>
        `not told yet: ${message.receiver}: ${says}; 'crossfade tick ${environment}' tries again`,
    ),
    ...(line.tells.length === 0 && said !== 'already'
      ? ['nobody is configured to hear of it: tell people yourself']
      : []),
    ...warnings.map((warning) => `WARNING: ${warning}`),
  ];
}

function whatText(line: AnnouncementLine, standing: Announcing['standing'], said: Announcing['said']): string {
  if (line.kind === 'called-off') {
    return `is called off${standing === undefined ? '' : `, it was announced for ${describeWindow(standing)}`}`;
  }
  if (said === 'already') return `is announced for ${describeWindow(line)} already`;
  const moved = standing === undefined ? '' : `, instead of ${describeWindow(standing)}`;
  return `is announced for ${describeWindow(line)}${moved}`;
}
