import { addHandOver } from '../add-hand-over.js';
import type { StepList } from '../step-list.js';
import type { DeployFacts } from './deploy-facts.js';

/** Background work that moves once the slot's share is in this range, so far as the release carries it. */
export function addHandOvers(list: StepList, { outputs, release }: DeployFacts, above: number, upTo: number): void {
  const services = Object.entries(outputs.services).flatMap(([name, service]) => {
    if (service.kind === 'routed' || !(name in release.artifacts)) return [];
    return service.takesOverAt > above && service.takesOverAt <= upTo ? [name] : [];
  });
  addHandOver(list, upTo, 'hand over', services);
}
