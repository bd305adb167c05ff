import type { Document } from './read/document.js';
import { loadMarkdown } from './read/load-markdown.js';
import { readDocument } from './read/read-document.js';
import { readSource } from './read/source.js';

/** Reads the bytes of a file. Throws ConfigurationError for what is no text. */
export async function openChecklist(file: string, bytes: Uint8Array): Promise<Document> {
  const source = readSource(file, bytes);
  return readDocument(source, await loadMarkdown());
}
