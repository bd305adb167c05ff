import { routeConditions } from '../../contract/aws-route.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Route } from './route.js';

/** The routes that an environment's outputs name, those of former services included. */
export function routesOf({ routes }: Pick<AwsOutputs, 'routes'>): readonly Route[] {
  return Object.entries(routes).map(([service, { path, host, ruleArn, targetGroups }]) => {
    const route = host === null ? { path } : { path, host };
    const conditions = { open: routeConditions(route, false), dark: routeConditions(route, true) };
    return { service, ruleArn, targetGroups, conditions };
  });
}
