import type { PlannedChecklist } from '../../contract/checklist.js';
import { watchedBy, watchedMetrics } from '../watched-metrics.js';

/** Nothing where nothing is watched: plans without it keep their hash. */
export function watching(checklist: PlannedChecklist | undefined): { readonly items?: string[] } {
  const items = checklist ? watchedMetrics(checklist).filter((item) => watchedBy(item, checklist)) : [];
  return items.length === 0 ? {} : { items: items.map(({ id }) => id) };
}
