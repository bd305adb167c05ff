import type { Announcement } from '../../contract/announcement.js';
import type { PlannedChecklist } from '../../contract/checklist.js';
import { judgeWindow } from '../../gates/window/judge-window.js';

/**
 * What the checklist's windows would answer to a run that begins as early as is announced: whoever announces an hour at
 * which nothing may be released hears it now, not then. Pure.
 */
export function foreseenRefusals(checklist: PlannedChecklist | undefined, announcement: Announcement): string[] {
  const now = new Date(announcement.begins);
  const freezes = checklist?.sources?.freezes ?? [];
  return (checklist?.items ?? []).flatMap(({ id, check, place, optional }) => {
    if (check.kind !== 'window') return [];
    const { answer, because } = judgeWindow(check, { now, freezes, announcement });
    if (answer === 'yes') return [];
    return [
      `${place.file}:${place.line}: ${id} would answer ${answer} then${optional ? ' (optional)' : ''}: ${because}`,
    ];
  });
}
