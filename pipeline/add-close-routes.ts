import type { StepList } from './step-list.js';

/** Routes of services that are not in what is live from here on; nothing where there are none. */
export function addCloseRoutes(list: StepList, services: readonly string[]): void {
  if (services.length === 0) return;
  list.add({
    id: 'close-routes',
    use: 'close-routes',
    kind: 'change',
    title: `close ${services.join(', ')}`,
    arguments: { services: [...services] },
  });
}
