import type { RoutedService } from './service.js';

/** Requests with this header see a dark route: the program creates routes so, and the run that gives users the service opens it. */
export const darkHeader = { name: 'x-crossfade-dark', value: '1' } as const;

/** Names the slot on the test listener, which users can't reach. */
export const slotHeader = 'x-crossfade-slot';

/** What stands in that header for a service's task on a copy of the database. No colour is called so. */
export function rehearsalSlot(service: string): string {
  return `rehearsal-${service}`;
}

/** Users see the maintenance page only while its rule matches every path; switched off it asks for this header. */
export const maintenanceHeader = { name: 'x-crossfade-maintenance', value: '1' } as const;

/** One condition of a listener rule; a rule matches when all of them do. */
export type RouteCondition =
  | { readonly field: 'path'; readonly values: readonly string[] }
  | { readonly field: 'host'; readonly values: readonly string[] }
  | { readonly field: 'header'; readonly name: string; readonly values: readonly string[] };

type Route = Pick<RoutedService, 'path' | 'host'>;

/** Which requests belong to a service: the same words for the program that creates the rule and the run that opens it. */
export function routeConditions(route: Route, dark: boolean): readonly RouteCondition[] {
  return [
    ...(route.host === undefined ? [] : [{ field: 'host', values: [route.host] } as const]),
    { field: 'path', values: [`${route.path}*`] },
    ...(dark ? [{ field: 'header', name: darkHeader.name, values: [darkHeader.value] } as const] : []),
  ];
}

/** Whether a rule of the maintenance page with these conditions shows it to everybody. */
export function showsMaintenance(conditions: readonly RouteCondition[]): boolean {
  return !conditions.some(
    (condition) => condition.field === 'header' && condition.name.toLowerCase() === maintenanceHeader.name,
  );
}

export function isDark(conditions: readonly RouteCondition[]): boolean {
  return conditions.some(
    (condition) => condition.field === 'header' && condition.name.toLowerCase() === darkHeader.name,
  );
}
