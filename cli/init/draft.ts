/** A file of a new project. */
export interface Draft {
  /** Relative to the project's folder. */
  readonly path: string;
  /** What is to be there; undefined when what is there is something else, which nobody may overwrite. */
  after(before: string | undefined): string | undefined;
}

/** A file that is there whole, or not at all. */
export function wholeFile(path: string, text: string): Draft {
  return { path, after: (before) => (before === undefined || before === text ? text : undefined) };
}
