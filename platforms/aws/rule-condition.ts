import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RouteCondition } from '../../contract/aws-route.js';

/** In the load balancer's words. */
export function ruleConditionOf(condition: RouteCondition): RuleCondition {
  const Values = [...condition.values];
  switch (condition.field) {
    case 'path':
      return { Field: 'path-pattern', PathPatternConfig: { Values } };
    case 'host':
      return { Field: 'host-header', HostHeaderConfig: { Values } };
    case 'header':
      return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: condition.name, Values } };
  }
}
