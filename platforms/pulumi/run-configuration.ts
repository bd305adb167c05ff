import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlotInput } from '../../contract/slot-input.js';

/** A run's input as a stack's configuration, in a file of its own that nobody else reads and that goes afterwards. */
export async function writeRunConfiguration(input: SlotInput): Promise<{ file: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-run-'));
  const file = join(folder, 'run.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ config: { 'crossfade:run': input } }), { mode: 0o600 });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
