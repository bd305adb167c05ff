import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = [
  'guard',
  'contract',
  'checklist',
  'pipeline',
  'platforms',
  'gates',
  'journal',
  'messages',
  'cli',
  'components',
  'stacks',
];

/**
 * Why dist/ does not match the sources beside it, or undefined when it does. An installed package has no sources and
 * is never stale. Looks at times only, so that every command can afford it.
 */
export function staleness(root) {
  const sources = FOLDERS.flatMap((folder) => list(join(root, folder)));
  if (sources.length === 0) return undefined;
  let began;
  try {
    ({ began } = JSON.parse(readFileSync(join(root, 'dist', '.built'), 'utf8')));
  } catch {
    return 'it was never built';
  }
  const newer = sources.find((source) => statSync(source, { throwIfNoEntry: false })?.mtimeMs > began);
  return newer && `${newer.slice(root.length)} was changed after the last build`;
}

function list(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch {
    return [];
  }
}
