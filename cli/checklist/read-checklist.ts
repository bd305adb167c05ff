import { readFile, stat } from 'node:fs/promises';
import { openChecklist } from '../../checklist/open-checklist.js';
import type { Document } from '../../checklist/read/document.js';
import { refuseSize } from '../../checklist/read/source.js';
import { ConfigurationError } from '../../contract/errors.js';
import { systemCode } from '../../journal/system-error.js';

/** Reads a checklist. Throws ConfigurationError where there is none, or where it is no text of a fitting size. */
export async function readChecklist(file: string): Promise<Document> {
  return openChecklist(file, await readBytes(file));
}

/** The same, before it is understood. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    refuseSize(file, (await stat(file)).size);
    return await readFile(file);
  } catch (cause) {
    if (systemCode(cause) === undefined) throw cause;
    throw new ConfigurationError(`${file} can't be read (${systemCode(cause) ?? ''})`, {
      cause,
      hint: 'name a Markdown file: crossfade checklist plan RELEASE.md',
    });
  }
}
