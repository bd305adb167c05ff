import type { Plan } from '../contract/plan.js';

/** The routed services of the plan that its release carries. */
export function routedServicesOf(plan: Plan): string[] {
  return servicesOf(plan, (kind) => kind === 'routed');
}

/** Background and singleton services of the plan that its release carries. */
export function backgroundServicesOf(plan: Plan): string[] {
  return servicesOf(plan, (kind) => kind !== 'routed');
}

function servicesOf({ outputs, input }: Plan, wanted: (kind: string) => boolean): string[] {
  return Object.entries(outputs.services)
    .filter(([name, service]) => wanted(service.kind) && (input === null || name in input.release.artifacts))
    .map(([name]) => name);
}
