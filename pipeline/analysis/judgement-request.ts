import type { Colour } from '../../contract/colour.js';
import type { PlannedRules } from '../../contract/plan.js';

export interface JudgementRequest {
  /** The routed services that are open: each is judged, and one without data is unknown. */
  readonly services: readonly string[];
  /** The slot under judgement. */
  readonly to: Colour;
  /** The slot that has the rest of the traffic, to compare with; null when `to` has all of it. */
  readonly from: Colour | null;
  readonly rules: Pick<PlannedRules, 'limits' | 'minimumRequests' | 'falseAlarmPercent' | 'weights'>;
}
