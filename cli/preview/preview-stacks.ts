import { colours, type Colour } from '../../contract/colour.js';
import { slotStackName } from '../../contract/names.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import type { Work } from '../../pipeline/ports/work.js';
import { stackPreview } from '../../pipeline/preview/stack-preview.js';
import { judgeStack, type JudgedStack } from '../../pipeline/preview/verdict.js';
import type { OpenEnvironment } from '../open-environment.js';
import { readExceptions } from './exception-files.js';
import { liveSlots } from './live-slots.js';
import { engineRedactor } from './redact-engine.js';

export interface PreviewRequest {
  /** One slot's stack only; undefined: the environment's and those of the slots that stand. */
  readonly slot?: Colour | undefined;
  /** The environment's stack only. */
  readonly environmentOnly?: boolean;
  readonly policyPack?: string;
  readonly refresh?: boolean;
  readonly work: Work;
}

export interface Previews {
  readonly environment: string;
  readonly liveBecause: string;
  readonly live: readonly Colour[] | null;
  readonly stacks: readonly JudgedStack[];
  /** Stacks that don't exist: an up would create all that is in them. */
  readonly missing: readonly string[];
  /** Files in `exceptions/` that say nothing. */
  readonly badExceptions: readonly string[];
}

/** Previews the stacks one after another, classifies each change, and looks for exceptions. Changes nothing. */
export async function previewStacks(environment: OpenEnvironment, request: PreviewRequest): Promise<Previews> {
  const { name, configuration, clock } = environment;
  const looking = {
    environment: name,
    store: environment.store,
    clock,
    open: (outputs: EnvironmentOutputs) => environment.platform(outputs),
  };
  const [circumstances, found] = await Promise.all([liveSlots(looking), readExceptions(environment.folder)]);
  const rules = { environment: name, approvers: configuration.approvers, now: clock.now() };
  const stacks: JudgedStack[] = [];
  const missing: string[] = [];
  const redactor = engineRedactor();
  for (const stack of await stacksOf(environment, request)) {
    request.work.signal.throwIfAborted();
    request.work.say(`previewing ${stack}`);
    const answer = await environment.engine.preview(stack, request);
    if (answer === undefined) {
      missing.push(stack);
      continue;
    }
    const preview = stackPreview(stack, answer, circumstances);
    const hidden = preview.hidden.map((text) => redactor.text(text));
    stacks.push(judgeStack({ ...preview, hidden }, found, rules));
  }
  const badExceptions = found.flatMap((each) => ('problem' in each ? [each.problem] : []));
  const { live, liveBecause } = circumstances;
  return { environment: name, live: live ?? null, liveBecause, stacks, missing, badExceptions };
}

async function stacksOf({ name, engine }: OpenEnvironment, request: PreviewRequest): Promise<string[]> {
  if (request.slot !== undefined) return [slotStackName(name, request.slot)];
  const stacks = [name];
  for (const colour of request.environmentOnly === true ? [] : colours) {
    const stack = slotStackName(name, colour);
    // A destroyed slot keeps its stack, and has no release to be compared with.
    if ((await engine.outputs(stack)) !== undefined) stacks.push(stack);
  }
  return stacks;
}
