import { rehearsalFamily } from '../../contract/aws-names.js';
import type { Leftover, Leftovers } from '../../pipeline/ports/leftovers.js';
import type { Copies } from './copies.js';
import { persist } from './persist.js';
import { clearStage, type RehearsalStageParts } from './rehearsal-stage.js';

export interface LeftCopiesParts {
  /** Of rehearsals; they list and sweep those of drills, too. */
  readonly copies: Copies;
  /** Undefined: the program made nothing to start releases on. */
  readonly stage: RehearsalStageParts | undefined;
}

const patience = 60_000;

/** Temporary instances of drills and rehearsals, and tasks that rehearsals have started on them. */
export function leftCopies({ copies, stage }: LeftCopiesParts): Leftovers {
  async function tasks(left: readonly Leftover[]): Promise<Leftover[]> {
    if (stage === undefined) return [];
    const used = (await copies.standing()).find(({ identifier }) =>
      left.some(({ name, neededBecause }) => name === identifier && neededBecause !== undefined),
    );
    const found: Leftover[] = [];
    for (const service of [undefined, ...Object.keys(stage.routes)]) {
      const family = rehearsalFamily(stage.outputs.cluster.name, service);
      const running = await persist(() => stage.ecs.runningOf(family), { clock: stage.clock, within: patience });
      for (const { arn } of running) {
        found.push({
          name: arn,
          madeBy: 'a rehearsal',
          since: undefined,
          bytes: undefined,
          place: arn,
          neededBecause: used && `it may be of run ${used.run}, whose copy stands`,
        });
      }
    }
    return found;
  }

  return {
    async list() {
      const left = await copies.list();
      return [...left, ...(await tasks(left))];
    },
    sweep: ({ gone, say }) => sweepCopies({ copies, stage }, { gone, say }),
  };
}

/** With `run` what that one has left, too, at once. */
export async function sweepCopies(
  { copies, stage }: LeftCopiesParts,
  { run, gone, say }: { readonly run?: string | undefined } & Parameters<Leftovers['sweep']>[0],
): Promise<void> {
  for (const name of await copies.sweep({ ...(run === undefined ? {} : { run }), say })) gone(name);
  // Whoever is alone there may clear it: a copy is the claim to it.
  if (stage === undefined || (await copies.standing()).length > 0) return;
  for (const task of await clearStage(stage)) gone(task);
}
