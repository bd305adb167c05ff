import { otherColour } from '../../../contract/colour.js';
import type { Report } from '../report.js';

/** The columns that the chart draws, as JSON that may stand inside a script element. */
export function chartData({ plan, shares, began }: Report): string {
  const { to } = plan;
  return JSON.stringify({
    to,
    from: plan.from ?? otherColour(to),
    seconds: shares.map(({ at }) => Math.max(0, at - began) / 1_000),
    /** The from slot's area ends where all open traffic ends; the to slot's is drawn over it. */
    whole: shares.map(({ weights }) => (weights === null ? 0 : 100)),
    share: shares.map(({ weights }) => weights?.[to] ?? 0),
  }).replaceAll('<', '\\u003c');
}
