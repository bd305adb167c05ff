import type { MetricSource, Sources } from './sources.js';

export interface MetricName {
  readonly metric: string;
  readonly of?: string | undefined;
  readonly statistic?: string | undefined;
}

/** The source that says most about a metric; one that can't tell its parts apart is none for a part. */
export function sourceOf(
  sources: Sources | undefined,
  { metric, of, statistic }: MetricName,
): MetricSource | undefined {
  const metrics = sources?.metrics ?? {};
  const names = [[metric, of, statistic], [metric, of], [metric, statistic], [metric]];
  for (const name of names) {
    const key = name.filter((part) => part !== undefined).join('/');
    const source = Object.hasOwn(metrics, key) ? metrics[key] : undefined;
    if (source === undefined) continue;
    const text = JSON.stringify(source);
    const tells = (part: 'of' | 'statistic', value: string | undefined) =>
      value === undefined || name.includes(value) || text.includes(`{{${part}}}`);
    if (tells('of', of) && tells('statistic', statistic)) return source;
  }
  return undefined;
}
