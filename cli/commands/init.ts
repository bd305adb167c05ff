import { basename, join } from 'node:path';
import { ConfigurationError, exitCodes, type ExitCode } from '../../contract/errors.js';
import { nameSchema } from '../../contract/names.js';
import { parse } from '../../contract/parse.js';
import { nameInManifest } from '../init/package-manifest.js';
import { ownPackage } from '../init/own-package.js';
import { projectDrafts, type InitPlatform } from '../init/project-drafts.js';
import { textIn, writeDrafts, type DraftedFile } from '../init/write-drafts.js';
import { print } from '../print/print.js';
import { table } from '../print/table.js';

export interface InitOptions {
  readonly platform: InitPlatform;
  readonly product: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Makes the current folder a project of environments. What is there already is kept, or the command refuses. */
export async function init({ platform, product: asked, dryRun, json }: InitOptions): Promise<ExitCode> {
  const folder = process.cwd();
  const manifest = join(folder, 'package.json');
  const product = await productOf(asked, folder, manifest);
  const drafts = projectDrafts({ manifest, product, platform, own: await ownPackage() });
  const files = await writeDrafts(folder, drafts, { dryRun });
  const next = nextSteps(platform);
  print(json, { folder, product, dryRun, files, next }, () => [
    ...table(files.map(({ path, action }) => [`  ${said(action, dryRun)}`, path])),
    '',
    dryRun ? 'nothing was written' : 'Next:',
    ...(dryRun ? [] : next.map((line) => `  ${line}`)),
  ]);
  return exitCodes.done;
}

/** Asked for, else package.json's name without its scope, else the folder's. Throws ConfigurationError. */
async function productOf(asked: string | undefined, folder: string, manifest: string): Promise<string> {
  if (asked !== undefined) return parse(nameSchema, asked, '--product');
  const name = nameInManifest(manifest, await textIn(manifest))?.replace(/^@[^/]*\//, '') ?? basename(folder);
  const found = nameSchema.safeParse(name);
  if (found.success) return found.data;
  throw new ConfigurationError(`what is the product called? ${JSON.stringify(name)} can't be its name`, {
    hint: 'say --product NAME: a-z, 0-9 and -, at most 40 long, starting with a letter',
  });
}

function said(action: DraftedFile['action'], dryRun: boolean): string {
  const words = dryRun
    ? { write: 'would write', extend: 'would extend', keep: 'would keep' }
    : { write: 'wrote', extend: 'extended', keep: 'kept' };
  return words[action];
}

function nextSteps(platform: InitPlatform): string[] {
  return [
    'npm install',
    "npx crossfade doctor                  # what is missing on this machine: Pulumi's engine, perhaps",
    'eval "$(npx crossfade env local)"     # tells plain pulumi about the environment',
    'pulumi stack init local && pulumi up --stack local',
    'npx crossfade release create local --version 1.0.0 --artifact web=FOLDER',
    'npx crossfade deploy local 1.0.0',
    ...(platform === 'aws'
      ? ['Then replace the examples in Pulumi.staging.yaml and Pulumi.production.yaml, and do the same there.']
      : []),
  ];
}
