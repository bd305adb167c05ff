import type { Adapter } from './adapter.js';
import { judgeWindow } from './window/judge-window.js';

/** Whether a release may begin now. */
export const askWindow: Adapter<'window'> = async (check, about, around) => {
  const announcement = check.announced === undefined ? undefined : await around.announcement(about);
  const freezes = about.plan.checklist?.sources?.freezes ?? [];
  return judgeWindow(check, { now: around.clock.now(), freezes, announcement });
};
