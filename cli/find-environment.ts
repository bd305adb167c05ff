import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { environmentConfigurationSchema, type EnvironmentConfiguration } from '../contract/configuration.js';
import { ConfigurationError } from '../contract/errors.js';
import { environmentNameSchema, readStackName } from '../contract/names.js';
import { parse } from '../contract/parse.js';

export interface FoundEnvironment {
  readonly name: string;
  readonly configuration: EnvironmentConfiguration;
  /** Of Pulumi.<name>.yaml. */
  readonly file: string;
  /** Of the Pulumi project: what relative paths are relative to. */
  readonly folder: string;
  /** Local only: absolute folder of processes, logs, database and sockets. */
  readonly directory: string | undefined;
}

const key = 'crossfade:environment';
const stackFile = /^Pulumi\.(.+)\.yaml$/;

/** Reads Pulumi.<name>.yaml of the project that `from` lies in; without a name the only environment there is. Throws ConfigurationError. */
export async function findEnvironment(
  name: string | undefined,
  from: string = process.cwd(),
): Promise<FoundEnvironment> {
  const folder = await projectFolder(from);
  const chosen =
    name === undefined
      ? onlyOf(await environmentsIn(folder), folder)
      : parse(environmentNameSchema, name, 'environment');
  const file = join(folder, `Pulumi.${chosen}.yaml`);
  const { value, lineOf } = await readEnvironment(file, chosen, folder);
  const configuration = parse(environmentConfigurationSchema, value, (path) => `${file}:${lineOf(path)}: ${key}`);
  const directory = configuration.platform === 'local' ? resolve(folder, configuration.directory) : undefined;
  return { name: chosen, configuration, file, folder, directory };
}

/** Names of the environments that have a stack file in the folder; slots' generated files are left out. */
export async function environmentsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).flatMap((file) => stackFile.exec(file)?.[1] ?? []);
  return names.filter((stack) => readStackName(stack).colour === undefined).sort();
}

async function projectFolder(from: string): Promise<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = await readFile(join(folder, 'Pulumi.yaml'), 'utf8').catch(() => undefined);
    if (found !== undefined) return folder;
    if (dirname(folder) === folder) {
      throw new ConfigurationError(`no Pulumi.yaml in ${from} or above it`, {
        hint: "go to your project's folder, or make one with 'crossfade init'",
      });
    }
  }
}

function onlyOf(names: readonly string[], folder: string): string {
  const [first, ...others] = names;
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) {
    throw new ConfigurationError(`no Pulumi.<environment>.yaml in ${folder}`, {
      hint: "'crossfade init' writes the first",
    });
  }
  throw new ConfigurationError('which environment?', { hint: `name one of ${names.join(', ')}` });
}

interface EnvironmentText {
  readonly value: unknown;
  /** Of what stands at this path below the key, or of what it would stand in. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

async function readEnvironment(file: string, name: string, folder: string): Promise<EnvironmentText> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(file, name, folder), { uniqueKeys: true, lineCounter: lines });
  const [problem] = document.errors;
  if (problem) throw new ConfigurationError(`${file}: ${problem.message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new ConfigurationError(`${file}: too many aliases`, { cause });
  }
  return {
    value: valueAt(value, ['config', key]),
    lineOf: (path) => {
      for (const whole = ['config', key, ...path]; whole.length > 0; whole.pop()) {
        const offset = offsetOf(document, whole);
        if (offset !== undefined) return lines.linePos(offset).line;
      }
      return 1;
    },
  };
}

/** Where the key begins, or the item of a list. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isSeq(parent)) {
    const item = parent.items[Number(last)];
    return isNode(item) ? item.range?.[0] : undefined;
  }
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((candidate) => isScalar(candidate.key) && candidate.key.value === last);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

async function readText(file: string, name: string, folder: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const known = await environmentsIn(folder);
    throw new ConfigurationError(`there is no environment ${name}: ${file} can't be read`, {
      cause: error,
      hint: known.length === 0 ? "'crossfade init' writes a first one" : `there is ${known.join(', ')}`,
    });
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}
