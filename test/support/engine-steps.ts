import type { EngineAnswer } from '../../pipeline/preview/stack-preview.js';

type Inputs = Readonly<Record<string, unknown>>;

export interface StepOptions {
  readonly stack?: string;
  readonly replaceReasons?: readonly string[];
  readonly detailedDiff?: Readonly<Record<string, { kind: string }>> | null;
  readonly protect?: { readonly before?: boolean; readonly after?: boolean };
  readonly retainOnDelete?: boolean;
}

/** A step as `pulumi preview --json` of CLI 3.250 prints it; what a real one holds besides is left out. */
export function step(
  op: string,
  type: string,
  name: string,
  [before, after]: readonly [Inputs | undefined, Inputs | undefined],
  options: StepOptions = {},
): object {
  const { stack = 'production', replaceReasons, detailedDiff = null, protect, retainOnDelete } = options;
  const urn = `urn:pulumi:${stack}::shop::${type}::${name}`;
  const state = (inputs: Inputs, kept: boolean | undefined): object => ({
    urn,
    custom: type !== 'shop:index:Component',
    type,
    inputs,
    ...(kept === true ? { protect: true } : {}),
    ...(retainOnDelete === true ? { retainOnDelete } : {}),
  });
  return {
    op,
    urn,
    ...(before ? { oldState: state(before, protect?.before) } : {}),
    ...(after ? { newState: state(after, protect?.after) } : {}),
    ...(replaceReasons ? { replaceReasons } : {}),
    detailedDiff,
  };
}

/** The engine's answer with these steps; something stood before, unless it is a `fresh` stack. */
export function answer(
  steps: readonly object[],
  more: { exitCode?: number; errors?: readonly string[]; fresh?: boolean } = {},
): EngineAnswer {
  const standing = more.fresh === true ? [] : [step('same', 'aws:ec2/vpc:Vpc', 'network', [{}, {}])];
  const diagnostics = (more.errors ?? []).map((message) => ({ severity: 'error', message: `error: ${message}\n` }));
  return {
    exitCode: more.exitCode ?? 0,
    stdout: JSON.stringify({ steps: [...standing, ...steps], diagnostics, changeSummary: { same: 1 } }),
    stderr: '',
  };
}
