/** The properties of a local resource as its provider sees them: secrets in plain text. */
export type LocalProperties = Record<string, unknown>;

/**
 * What a local resource's provider does. The program's side is a constant shim (components/local/shim.ts) that finds
 * the implementation by name at the moment of the call; the platform's side is compiled and told nothing by closure.
 * A create or update that throws an error with `id`, `properties` and `reasons` leaves a resource behind that the next
 * `pulumi up` updates; what the user reads are its reasons.
 */
export interface LocalResource {
  check?(last: LocalProperties, next: LocalProperties): Promise<LocalCheck>;
  diff(id: string, last: LocalProperties, next: LocalProperties): Promise<LocalDifference>;
  create(next: LocalProperties): Promise<{ id: string; outs: LocalProperties }>;
  /** An empty id says that the resource is gone. */
  read(id: string, last: LocalProperties): Promise<{ id: string; props?: LocalProperties }>;
  update(id: string, last: LocalProperties, next: LocalProperties): Promise<{ outs: LocalProperties }>;
  delete(id: string, last: LocalProperties): Promise<void>;
}

export interface LocalCheck {
  inputs: LocalProperties;
  failures?: { property: string; reason: string }[];
}

export interface LocalDifference {
  changes: boolean;
  /** Names of the properties that cannot be changed in place. */
  replaces?: string[];
  deleteBeforeReplace?: boolean;
}
