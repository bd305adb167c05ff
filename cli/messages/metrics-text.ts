import type { Judgement, JudgedMetric } from '../report/judgements.js';

/** The newest judgement's figures beside their targets, a line a service. */
export function metricsText({ percent, services }: Judgement): string {
  const lines = services.map(({ name, requests, metrics, others }) => {
    const figures = [...metrics.flatMap(figure), ...others.map(({ because }) => because)];
    return `${name}: ${[`${requests.slot ?? 0} requests`, ...figures].join(', ')}`;
  });
  return [`at ${percent} %`, ...lines].join('\n');
}

function figure({ name, unit, slot, live, limit }: JudgedMetric): string[] {
  if (slot === null) return [];
  const { pass, fail, failWorseByPercent } = limit;
  const targets = [
    ...(pass === undefined ? [] : [`target at most ${pass}`]),
    ...(fail === undefined ? [] : [`back above ${fail}`]),
    ...(failWorseByPercent === undefined ? [] : [`back when ${failWorseByPercent} % worse`]),
    ...(live === null ? [] : [`live ${shown(live)}`]),
  ];
  const beside = targets.length === 0 ? '' : ` (${targets.join(', ')})`;
  return [`${name} ${shown(slot)} ${unit}${beside}`];
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
