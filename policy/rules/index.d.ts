/** A resource as a policy sees it: inputs, before anything is made. */
export interface PolicyResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: {
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly deleteBeforeReplace?: boolean;
  };
}

export interface PolicySettings {
  /** Names of environments; a slot's stack counts as its environment. */
  readonly production: readonly string[];
  readonly tags: readonly string[];
}

export interface PolicyRule {
  readonly name: string;
  readonly description: string;
  /** What is wrong; undefined: nothing. */
  readonly check: (resource: PolicyResource, settings: PolicySettings) => string | undefined;
}

export const rules: readonly PolicyRule[];
