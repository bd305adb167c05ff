/** What a rehearsal, a drill or a check has made beside the database, for as long as it works. Nothing is kept in it. */
export interface Leftover {
  readonly name: string;
  /** For people, behind 'by': 'a rehearsal of run local-…'. */
  readonly madeBy: string;
  /** ISO; undefined where nothing tells. */
  readonly since: string | undefined;
  readonly bytes: number | undefined;
  /** Where it lies, for people. */
  readonly place: string;
  /** Who is, or may be, at work on it; undefined: nobody is, and the next sweep removes it. */
  readonly neededBecause: string | undefined;
}

export interface Swept {
  /** Told of each once it has gone. */
  readonly gone: (name: string) => void;
  /** Why one could not be removed, for people. */
  readonly say: (line: string) => void;
}

/** Those of this environment. Whoever makes one removes it, unless it is killed before. */
export interface Leftovers {
  list(): Promise<readonly Leftover[]>;
  /** Removes those that nobody is at work on, and what runs on them. */
  sweep(swept: Swept): Promise<void>;
}
