import type { StepList } from './step-list.js';

/** Nothing where there is no such service. */
export function addHandOver(list: StepList, upTo: number, verb: string, services: readonly string[]): void {
  if (services.length === 0) return;
  list.add({
    id: `hand-over-${upTo}`,
    use: 'hand-over',
    kind: 'change',
    title: `${verb} ${services.join(', ')}`,
    arguments: { services: [...services] },
  });
}
