import { Eta } from 'eta';
import { describeDuration } from '../../contract/duration.js';
import type { Event } from '../../contract/event.js';
import { contentSecurityPolicy, readAssets } from './page/assets.js';
import { bullet } from './page/bullet.js';
import { chartData } from './page/chart-data.js';
import { templates } from './page/templates.js';
import { words } from './page/words.js';
import { reportOf, type Proof, type Report } from './report.js';
import type { StepLine } from './step-lines.js';
import { visible } from './visible.js';

/** One self-contained HTML page about a run, from its journal alone. Throws when the first event is no plan. */
export function renderReport(events: readonly Event[], proof: Proof): string {
  const report = reportOf(events, proof);
  const assets = readAssets();
  const eta = new Eta({ autoEscape: true, autoTrim: false, escapeFunction: escaped });
  for (const [name, template] of Object.entries(templates)) eta.loadTemplate(`@${name}`, template);
  return eta.render('@page', {
    report,
    assets,
    policy: contentSecurityPolicy(assets),
    chart: chartData(report),
    words,
    bullet,
    duration: describeDuration,
    bar: (step: StepLine) => barOf(step, report),
  });
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Whatever it is, it stands in the page as text that can be seen. */
function escaped(value: unknown): string {
  return visible(String(value)).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Where a step's bar lies between the run's beginning and end, in percent. */
function barOf({ began, ended, state }: StepLine, report: Report): { left: string; width: string } | undefined {
  if (began === undefined || state === 'skipped') return undefined;
  const whole = Math.max(1, report.ended - report.began);
  const at = (time: number): number => Math.min(100, Math.max(0, (100 * (time - report.began)) / whole));
  const left = at(began);
  return { left: left.toFixed(2), width: Math.max(0, at(ended ?? report.ended) - left).toFixed(2) };
}
