import type { lb } from '@pulumi/aws/types/input.js';
import type { RouteCondition } from '../../contract/aws-route.js';

/** The contract's words in those of a listener rule. */
export function ruleConditions(conditions: readonly RouteCondition[]): lb.ListenerRuleCondition[] {
  return conditions.map((condition) => {
    const values = [...condition.values];
    switch (condition.field) {
      case 'path':
        return { pathPattern: { values } };
      case 'host':
        return { hostHeader: { values } };
      case 'header':
        return { httpHeader: { httpHeaderName: condition.name, values } };
    }
  });
}
