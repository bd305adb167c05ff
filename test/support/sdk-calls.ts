import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A call to AWS as `client.Command`, and the file that makes it. */
export interface SdkCall {
  readonly call: string;
  readonly file: string;
}

/** Every `new XCommand(` below these folders and in these files. Throws for one whose client can't be told. */
export async function sdkCalls(places: readonly string[]): Promise<readonly SdkCall[]> {
  const calls: SdkCall[] = [];
  for (const place of places) {
    for (const file of await sourcesOf(place)) {
      calls.push(...callsIn(file, await readFile(join(root, file), 'utf8')));
    }
  }
  return calls;
}

export function callsIn(file: string, text: string): readonly SdkCall[] {
  const clients = new Map<string, string>();
  for (const [, names = '', client = ''] of text.matchAll(/import\s*{([^}]*)}\s*from\s*'@aws-sdk\/client-([\w-]+)'/g)) {
    for (const name of names.split(',')) clients.set(name.trim().replace(/^type /, ''), client);
  }
  return [...text.matchAll(/\bnew (?:(\w+)\.)?(\w+)Command\(/g)].map(([, module, command = '']) => {
    const client = module === undefined ? clients.get(`${command}Command`) : clientOfModule(file, text);
    if (client === undefined) throw new Error(`${file}: of which client is ${command}Command?`);
    return { call: `${client}.${command}`, file };
  });
}

/** A whole client that is loaded late is handed about in the files of one folder: S3's in the journal. */
function clientOfModule(file: string, text: string): string | undefined {
  return /'@aws-sdk\/client-([\w-]+)'/.exec(text)?.[1] ?? (file.startsWith('journal/s3-') ? 's3' : undefined);
}

async function sourcesOf(place: string): Promise<readonly string[]> {
  if (/\.m?ts$|\.mjs$/.test(place)) return [place];
  const entries = await readdir(join(root, place), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}
