import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { parseDocument } from 'yaml';
import type { ChecklistItem } from '../../contract/checklist.js';
import { ownerConnection } from './owner-connection.js';
import type { Project } from './project.js';
import { makeRelease, versions } from './releases.js';
import type { Elsewhere } from './stand-ins/elsewhere.js';
import type { StandIns } from './stand-ins/stand-ins.js';

/** All that a release talks to beyond its own machine. */
export interface Around {
  readonly standIns: StandIns;
  readonly elsewhere: Elsewhere;
}

/** Everything that can be bad about this team's world, at once. */
export async function spoil(
  project: Project,
  { standIns, elsewhere }: Around,
  items: readonly ChecklistItem[],
): Promise<void> {
  await makeRelease(project, 'careless');
  standIns.good = false;
  elsewhere.good = false;
  await project.setTools(false);
  await project.setSecrets(1);
  await project.openWindow(false);
  await changeStack(project, items);
  await query(project, project.team.spoil);
  await writeFile(join(project.folder, 'CHANGELOG.md'), '# Changelog\n');
  // A tag that says neither who nor when.
  const live = `v${versions.good}`;
  await project.git('tag', '--force', live, `${live}^{commit}`);
}

/** The working tree is that of main again, which undoes all that was written there. */
export async function mend(project: Project, { standIns, elsewhere }: Around): Promise<void> {
  standIns.good = true;
  elsewhere.good = true;
  await project.setTools(true);
  await project.setSecrets(0);
  await query(project, project.team.mend);
  await project.git('checkout', '--quiet', '--force', 'main');
  await project.git('fetch', '--quiet', '--force', '--tags', 'origin');
  await project.git('merge', '--quiet', '--ff-only', 'origin/main');
}

/** No setting is what it should be; a secret of which nothing more is asked than that it is there is not there. */
async function changeStack({ folder }: Project, items: readonly ChecklistItem[]): Promise<void> {
  const file = join(folder, 'Pulumi.local.yaml');
  const stack = parseDocument(await readFile(file, 'utf8'));
  const place = ['config', 'crossfade:environment'];
  stack.deleteIn([...place, 'settings']);
  for (const { check } of items) {
    if (check.kind === 'secret' && Object.keys(check).length === 2) stack.deleteIn([...place, 'secrets', check.name]);
  }
  await writeFile(file, stack.toString());
}

async function query({ directory }: Project, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  const client = new pg.Client(await ownerConnection(directory, 'product'));
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
