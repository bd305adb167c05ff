import { colours } from '../../contract/colour.js';
import { describeWeights, sameWeights } from '../../contract/weights.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Platform } from '../ports/platform.js';
import type { Gate } from '../step.js';
import { untilQuiet } from '../until-quiet.js';

/** The balancer answers, and reports a route for every routed service that the release carries. */
export const environmentReachable: Gate = {
  async ask({ plan, platform, signal }) {
    const { services, dark } = await platform.traffic.read(signal);
    const routes = [...Object.keys(services), ...dark];
    const missing = Object.entries(plan.outputs.services)
      .filter(([name, service]) => service.kind === 'routed' && !routes.includes(name))
      .map(([name]) => name);
    if (missing.length === 0) return yes(`${routes.length} routes`, { routes });
    return no(`the balancer has no route for ${missing.join(', ')}: run 'pulumi up' of ${plan.environment} first`, {
      missing,
    });
  },
};

/** Nobody has moved the weights since the plan was made. */
export const weightsAsPlanned: Gate = {
  async ask({ plan, platform, signal }) {
    const { weights, services } = await platform.traffic.read(signal);
    if (plan.weightsBefore === null) {
      // A slot that a failed first release left behind stands, but no open route leads to it.
      const reached = Object.keys(services).length > 0 && (await standing(platform));
      return reached ? no('a slot is live by now: plan again', {}) : yes('no slot is live yet', {});
    }
    if (weights === undefined) return no("the services' weights are mixed", {});
    if (sameWeights(weights, plan.weightsBefore)) return yes(describeWeights(weights), { weights });
    return no(`weights are ${describeWeights(weights)}, the plan was made at ${describeWeights(plan.weightsBefore)}`, {
      weights,
    });
  },
};

/** Nothing of the users' reaches the slot that is about to be changed. */
export const targetIdle: Gate = {
  within: () => 10 * 60_000,
  async ask(context) {
    const { plan, platform } = context;
    // Where requests are counted late, those of a run that has just ended would refuse the next one.
    const inFlight = await untilQuiet(context, [plan.to], 0);
    if (inFlight > 0) return no(`${plan.to} still has ${inFlight} requests in flight`, { inFlight });
    const owners = await platform.background.owner();
    const works = Object.keys(owners).filter((service) => owners[service] === plan.to);
    if (works.length > 0) return no(`${plan.to} does the background work of ${works.join(', ')}`, { works });
    return yes(`${plan.to} is idle`, {});
  },
};

/** No weight points at the slot. */
export const targetWithoutTraffic: Gate = {
  async ask({ plan, platform, signal }) {
    const { services } = await platform.traffic.read(signal);
    const having = Object.keys(services).filter((service) => (services[service]?.[plan.to] ?? 0) > 0);
    if (having.length === 0) return yes(`${plan.to} has no weight`, {});
    const standing = (await platform.slots.state(plan.to, signal)).standing;
    if (!standing) return yes(`${plan.to} does not stand, so its weight reaches nobody`, { having });
    return no(`${plan.to} has traffic of ${having.join(', ')}`, { having });
  },
};

/** What users would fall back to stands, healthy, before anything moves away from it. */
export const wayBack: Gate = {
  async ask({ plan, platform, signal }) {
    if (plan.from === null) return yes('there is nothing to go back to before a first release', {});
    const { replicas } = await platform.slots.state(plan.from, signal);
    const sick = replicas.filter((replica) => !replica.healthy).map((replica) => `${replica.service} ${replica.id}`);
    if (replicas.length === 0) return no(`${plan.from} has no replica: there would be no way back`, {});
    if (sick.length > 0)
      return no(`${plan.from} is not whole, so there is no good way back: ${sick.join(', ')}`, { sick });
    return yes(`${plan.from} stands with ${replicas.length} replicas`, { replicas: replicas.length });
  },
};

/** The database answers before anything depends on it. */
export const databaseReachable: Gate = {
  async ask({ platform }) {
    return platform.database ? platform.database.reachable() : yes('this environment has no database', {});
  },
};

async function standing({ slots }: Platform): Promise<boolean> {
  const states = await Promise.all(colours.map((colour) => slots.state(colour)));
  return states.some((state) => state.standing);
}

function yes(because: string, evidence: Verdict['evidence']): Verdict {
  return { answer: 'yes', because, evidence };
}

function no(because: string, evidence: Verdict['evidence']): Verdict {
  return { answer: 'no', because, evidence };
}
