import { itemIdSchema } from '../contract/checklist.js';
import { annotationPattern, type Annotation } from './read/annotation.js';
import type { Document } from './read/document.js';

export interface Accepted {
  readonly text: string;
  /** Ids that are no proposal of the document. */
  readonly missing: readonly string[];
}

/** Turns the question mark of each of these into a colon: by that alone a proposal begins to count. */
export function acceptProposals(document: Document, ids: readonly string[]): Accepted {
  const proposed = annotationsOf(document).flatMap(({ proposed: open, line, values }) => {
    const id = itemIdSchema.safeParse(values['id']);
    return open && id.success && ids.includes(id.data) ? [{ line, id: id.data }] : [];
  });
  const { text } = document.source;
  const accepted = text.replaceAll(annotationPattern, (whole, mark: string, _said: string, offset: number) => {
    const line = text.slice(0, offset).split(/\r\n|\n|\r/).length;
    const found = mark === '?' && proposed.some((each) => each.line === line && whole.includes(each.id));
    return found ? whole.replace('crossfade?', 'crossfade:') : whole;
  });
  return { text: accepted, missing: ids.filter((id) => !proposed.some((each) => each.id === id)) };
}

function annotationsOf({ entries, blocks }: Document): Annotation[] {
  return [...entries, ...blocks].flatMap(({ annotations }) => annotations);
}
