import type { RoutedService } from './service.js';

/**
 * The path that a dark route asks for: the program creates routes so, and the run that gives users the service opens it.
 * What a rule asks for changes its value only, never its kind or place: conditions are a set, and Pulumi's refresh lays
 * them over the program's own place by place. One of another kind comes out empty there, on which the next `up` fails
 * (pulumi-terraform-bridge 3.120: "set item just set doesn't exist").
 */
export const darkPath = '/.crossfade-dark';

/** Names the slot on the test listener, which users can't reach. */
export const slotHeader = 'x-crossfade-slot';

/** What stands in that header for a service's task on a copy of the database. No colour is called so. */
export function rehearsalSlot(service: string): string {
  return `rehearsal-${service}`;
}

/** Users see the maintenance page only while its rule matches every path; switched off it asks for this one. */
export const maintenancePath = '/.crossfade-maintenance';

/** One condition of a listener rule; a rule matches when all of them do. */
export type RouteCondition =
  | { readonly field: 'path'; readonly values: readonly string[] }
  | { readonly field: 'host'; readonly values: readonly string[] }
  | { readonly field: 'header'; readonly name: string; readonly values: readonly string[] };

type Route = Pick<RoutedService, 'path' | 'host'>;

/**
 * Which requests belong to a service: the same words for the program that creates the rule and the run that opens it. In
 * the order in which AWS's provider gives them back, hosts before paths.
 */
export function routeConditions(route: Route, dark: boolean): readonly RouteCondition[] {
  return [
    ...(route.host === undefined ? [] : [{ field: 'host', values: [route.host] } as const]),
    { field: 'path', values: [dark ? darkPath : `${route.path}*`] },
  ];
}

/** Whether a rule of the maintenance page with these conditions shows it to everybody. */
export function showsMaintenance(conditions: readonly RouteCondition[]): boolean {
  return !asksFor(conditions, maintenancePath);
}

export function isDark(conditions: readonly RouteCondition[]): boolean {
  return asksFor(conditions, darkPath);
}

function asksFor(conditions: readonly RouteCondition[], path: string): boolean {
  return conditions.some(({ field, values }) => field === 'path' && values.every((each) => each === path));
}
