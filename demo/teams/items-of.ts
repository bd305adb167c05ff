import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledOrRefused } from '../../checklist/compile.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import type { ChecklistItem } from '../../contract/checklist.js';

/** A team's checklist as it stands in its folder: a play changes times and addresses in its own copy. */
export async function itemsOf(folder: string): Promise<readonly ChecklistItem[]> {
  const bytes = await readFile(join(folder, 'RELEASE.md'));
  return compiledOrRefused(await openChecklist('RELEASE.md', bytes)).items;
}
