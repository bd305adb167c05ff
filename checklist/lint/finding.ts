import type { Claim } from '../claims/claim.js';
import type { Document } from '../read/document.js';
import type { ScriptCommand } from '../read/read-script.js';
import type { Block } from '../read/document.js';

/** What is wrong with a checklist, where, and what would be better. */
export interface Finding {
  readonly code: string;
  /** The line to mend, then those that it is at odds with. */
  readonly lines: readonly number[];
  readonly because: string;
  readonly better: string;
}

/** A command of a script in a block of code, with its line in the document. */
export interface PlacedCommand extends ScriptCommand {
  readonly line: number;
  readonly block: Block;
}

/** What PostgreSQL's parser says of a text of SQL. Lines below its first. */
export interface SqlFacts {
  readonly errors: readonly { readonly below: number; readonly message: string }[];
  /** Indexes made on tables that stood before. */
  readonly indexes: readonly { readonly below: number; readonly name: string; readonly concurrently: boolean }[];
}

/** A text of SQL in the document: a block, or the words of a client's command. */
export interface PlacedSql {
  readonly text: string;
  readonly line: number;
  readonly block: Block;
  readonly facts: SqlFacts;
}

/** All that a rule looks at. */
export interface Lintable {
  readonly document: Document;
  /** What the text says, and, where an item says it by an annotation, what that says. */
  readonly claims: readonly Claim[];
  /** Metrics of which one item gives the line of success and the one that leads to an act: between them a run holds. */
  readonly watched: ReadonlySet<string>;
  readonly commands: readonly PlacedCommand[];
  readonly sql: readonly PlacedSql[];
}

export type Rule = (lintable: Lintable) => Finding[];
