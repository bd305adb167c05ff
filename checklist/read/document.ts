import type { Annotation } from './annotation.js';
import type { Source } from './source.js';

/** A heading and what stands under it. Line numbers begin at 1. */
export interface Section {
  readonly title: string;
  /** 0 for what stands before the first heading. */
  readonly depth: number;
  readonly line: number;
  /** The first heading, where it is of the first level. */
  readonly isTitle: boolean;
  readonly parent: Section | undefined;
  readonly annotations: Annotation[];
}

/** A block of code. */
export interface Block {
  /** First word of its info string, lower case; empty when it has none. */
  readonly language: string;
  readonly text: string;
  /** Of the first line of its text. */
  readonly line: number;
  readonly section: Section;
  /** The list item that it stands in. */
  readonly entry: Entry | undefined;
  /** The last paragraph before it in the same container. */
  readonly intro: string;
  readonly place: Insertion;
  readonly annotations: Annotation[];
}

export type EntryKind = 'task' | 'bullet' | 'numbered' | 'paragraph' | 'row';

/** A list item's own text, a paragraph or a row of a table. */
export interface Entry {
  readonly kind: EntryKind;
  /** Without marks of emphasis and comments; code keeps its backticks. Lines are separated by \n, cells by ' | '. */
  readonly text: string;
  readonly line: number;
  readonly section: Section;
  /** The list item around it. */
  readonly parent: Entry | undefined;
  /** The paragraph that leads up to it or to its list. */
  readonly intro: string;
  readonly done: boolean;
  /** As the author wrote it. */
  readonly number: number | undefined;
  readonly list: number;
  readonly cells: readonly Cell[];
  readonly blocks: Block[];
  readonly place: Insertion;
  readonly annotations: Annotation[];
  readonly quoted: boolean;
}

export interface Cell {
  readonly head: string;
  readonly text: string;
}

/** Where a comment about it may be put in: after this line, indented by this many columns. Undefined: nowhere. */
export type Insertion = { readonly after: number; readonly indent: number } | undefined;

export interface Document {
  readonly source: Source;
  readonly sections: readonly Section[];
  readonly entries: readonly Entry[];
  readonly blocks: readonly Block[];
  /** Said of the whole document. */
  readonly annotations: readonly Annotation[];
  /** Where an annotation speaks of nothing. */
  readonly misplaced: readonly Annotation[];
}

export function pathOf(section: Section): string[] {
  const above = section.parent === undefined ? [] : pathOf(section.parent);
  return section.depth === 0 ? above : [...above, section.title];
}
