import type { RoutedService } from '../../contract/service.js';

/** How a balancer asks a service's targets whether they are well. */
export function targetHealthCheck({ health }: Pick<RoutedService, 'health'>) {
  // Balancers ask at most every 5 s, and wait at most 120 s for an answer.
  const interval = Math.min(300, Math.max(5, Math.round(health.every / 1_000)));
  return {
    enabled: true,
    path: health.path,
    protocol: 'HTTP',
    matcher: '200-299',
    interval,
    timeout: Math.max(2, Math.min(interval - 1, 10)),
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  };
}
