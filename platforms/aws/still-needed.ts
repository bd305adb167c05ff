import { ecsServiceName } from '../../contract/aws-names.js';
import { isDark, showsMaintenance } from '../../contract/aws-route.js';
import type { GuardedSlot } from '../../contract/guarded-slot.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { AlbApi, AlbRule } from './alb-api.js';
import type { EcsApi } from './ecs-api.js';
import { persist } from './persist.js';
import { recentRequests } from './quiet.js';

export interface NeededParts {
  readonly alb: AlbApi;
  readonly ecs: Pick<EcsApi, 'services'>;
  readonly clock: Clock;
}

const patience = 60_000;

/**
 * Why a slot must be left standing: it has weight, background work, or had requests in the last minutes. Behind the
 * maintenance page weights and work count for nothing: nobody is answered there, on purpose. A rule that is gone leads
 * nobody anywhere. Throws PlatformError when AWS can't tell: that is not a yes.
 */
export async function stillNeededBecause(
  slot: GuardedSlot,
  { alb, ecs, clock }: NeededParts,
): Promise<string | undefined> {
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const arns = [slot.maintenanceRuleArn, ...slot.routes.map(({ ruleArn }) => ruleArn)];
  const rules = await persistently(() => alb.describeRules(arns));
  const page = rules.find(({ arn }) => arn === slot.maintenanceRuleArn);
  if (page === undefined || !showsMaintenance(page.conditions)) {
    const shares = slot.routes.flatMap(({ service, ruleArn, targetGroupArn }) => {
      const share = percentTo(
        targetGroupArn,
        rules.find(({ arn }) => arn === ruleArn),
      );
      return share > 0 ? [`${share} % of ${service}`] : [];
    });
    if (shares.length > 0) return `it has weight: ${shares.join(', ')}`;
    const names = slot.background.map((service) => ecsServiceName(service, slot.colour));
    const working = names.length === 0 ? [] : await persistently(() => ecs.services(names));
    const work = working.filter(({ desired }) => desired > 0).map(({ name }) => name);
    if (work.length > 0) return `it does the work of ${work.join(', ')}`;
  }
  const groups = slot.routes.map(({ targetGroupArn }) => targetGroupArn);
  const requests = await recentRequests(alb, groups, clock);
  return requests > 0 ? `${requests} requests reached it in the last minutes` : undefined;
}

function percentTo(targetGroupArn: string, rule: AlbRule | undefined): number {
  if (rule?.forward === undefined || isDark(rule.conditions)) return 0;
  const all = rule.forward.reduce((sum, { weight }) => sum + weight, 0);
  const own = rule.forward.find((target) => target.targetGroupArn === targetGroupArn)?.weight ?? 0;
  return own === 0 ? 0 : Math.round((10_000 * own) / all) / 100;
}
