import { RefusedError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import type { EnvironmentOutputs, SlotOutputs } from '../contract/outputs.js';
import type { Services } from '../contract/service.js';
import type { SlotInput } from '../contract/slot-input.js';

export interface SlotContents {
  readonly input: SlotInput;
  readonly services: Services;
}

/**
 * What the slot is to hold: what a run asks for, else exactly what it held at its last up. Throws RefusedError, naming
 * the command to use, when a plain up would have to bring in another release or other settings, or has nothing to go by.
 */
export function slotContents(options: {
  readonly stack: string;
  readonly environment: EnvironmentOutputs;
  readonly last: SlotOutputs | undefined;
  /** From the stack's configuration. */
  readonly asked: SlotInput | undefined;
  /** The run that started this program, told apart from the configuration; undefined in a plain up. */
  readonly run: string | undefined;
}): SlotContents {
  const { stack, environment, last, asked, run } = options;
  const name = environment.environment;
  if (asked !== undefined && asked.run === run) return { input: asked, services: carried(environment, asked) };
  if (last === undefined) {
    throw new RefusedError(`stack ${stack} has held no release yet, and a plain up does not choose one`, {
      hint: `use 'crossfade deploy' for ${name}, or 'crossfade slot create'`,
    });
  }
  if (asked !== undefined && !sameContents(asked, last.input)) {
    throw new RefusedError(
      `the configuration of stack ${stack} names another release or other settings than what stands there (${last.input.release.version})`,
      {
        hint: `a release comes in by 'crossfade deploy' for ${name}, or 'crossfade slot create'; take crossfade:run out`,
      },
    );
  }
  return { input: last.input, services: last.services };
}

function sameContents(one: SlotInput, other: SlotInput): boolean {
  const { run: _one, ...contents } = one;
  const { run: _other, ...otherContents } = other;
  return canonicalJson(contents) === canonicalJson(otherContents);
}

/** Services of the environment that the release has an artifact for: an earlier release lacks those added since. */
function carried(environment: EnvironmentOutputs, { release }: SlotInput): Services {
  const names = Object.keys(environment.services).filter((name) => release.artifacts[name] !== undefined);
  return Object.fromEntries(names.flatMap((name) => entry(name, environment.services[name])));
}

function entry<Value>(name: string, value: Value | undefined): [string, Value][] {
  return value === undefined ? [] : [[name, value]];
}
