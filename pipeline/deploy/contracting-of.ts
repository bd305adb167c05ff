import { declaredContractions, heldContractions } from '../contractions.js';
import type { DeployFacts } from './deploy-facts.js';

/** Which of the release's migrations remove something, which of those wait, and why the others need not. */
export function contractingOf({ release, slots, contractions = declaredContractions(release) }: DeployFacts) {
  const hold = heldContractions(contractions, slots);
  const free = contractions.filter(({ id }) => hold.every((held) => held.id !== id));
  const contractBecause =
    free.length === 0 ? undefined : `no slot stands that needs what ${free.map(({ id }) => id).join(', ')} removes`;
  return { hold, contracting: contractions.map(({ id }) => id), contractBecause };
}
