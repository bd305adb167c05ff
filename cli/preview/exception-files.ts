import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { changeExceptionSchema } from '../../contract/change-exception.js';
import { OperatorError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { FoundException } from '../../pipeline/preview/exceptions.js';

/** `exceptions/` of the project: one signed exception a file. A file that can't be read allows nothing, and is named. */
export async function readExceptions(project: string): Promise<FoundException[]> {
  const folder = join(project, exceptionsFolder);
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return Promise.all(
    names
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => readException(folder, name)),
  );
}

export const exceptionsFolder = 'exceptions';

async function readException(folder: string, name: string): Promise<FoundException> {
  const file = `${exceptionsFolder}/${name}`;
  const text = await readFile(join(folder, name), 'utf8');
  try {
    return { file, exception: parse(changeExceptionSchema, parseYaml(text, { maxAliasCount: 0 }), file) };
  } catch (error) {
    if (error instanceof OperatorError) return { file, problem: error.message };
    return { file, problem: `${file}: no YAML` };
  }
}
