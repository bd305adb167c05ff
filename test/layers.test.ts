import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { forbiddenImports } from './support/layers.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = [
  'guard',
  'contract',
  'components',
  'stacks',
  'checklist',
  'pipeline',
  'platforms',
  'gates',
  'journal',
  'messages',
  'cli',
];

async function sources(): Promise<string[]> {
  const found = ['index.ts'];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile() && entry.name.endsWith('.ts')) found.push(relative(root, join(entry.parentPath, entry.name)));
    }
  }
  return found;
}

describe('the layers', function () {
  this.timeout(60_000);

  it('import only what the design allows them', async () => {
    const forbidden: string[] = [];
    const paths = await sources();
    for (const path of paths) forbidden.push(...forbiddenImports(path, await readFile(join(root, path), 'utf8')));
    expect(paths.length).to.be.greaterThan(50);
    expect(forbidden).to.deep.equal([]);
  });

  const refused: readonly [path: string, text: string][] = [
    ['pipeline/run.ts', `import { readFile } from 'node:fs/promises';`],
    ['pipeline/run.ts', `import type { Output } from '@pulumi/pulumi';`],
    ['pipeline/steps/shift.ts', `const late = await import('../../platforms/local/platform.js');`],
    ['pipeline/run.ts', `import { execa } from 'execa';`],
    ['checklist/compile.ts', `import { readFile } from 'node:fs/promises';`],
    ['checklist/compile.ts', `import { run } from '../pipeline/run.js';`],
    ['stacks/slot.ts', `import { spawn } from 'node:child_process';`],
    ['contract/plan.ts', `import { execa } from 'execa';`],
    ['contract/plan.ts', `export { step } from '../pipeline/step.js';`],
    ['components/aws/balancer.ts', `import { run } from '../../pipeline/run.js';`],
    ['components/local/slot.ts', `import { readFileSync } from 'node:fs';`],
    ['stacks/slot.ts', `import type { Platform } from '../pipeline/ports/platform.js';`],
    ['platforms/local/open.ts', `import { run } from '../../pipeline/run.js';`],
    ['platforms/local/open.ts', `import { slot } from '../../components/local/slot.js';`],
    ['journal/fold.ts', `import { run } from '../pipeline/run.js';`],
    ['cli/status.ts', `const stacks: typeof import('../stacks/slot.js') | undefined = undefined;`],
    ['index.ts', `import { main } from './cli/main.js';`],
    ['guard/stack-trace.ts', `const pulumi = require('@pulumi/pulumi');`],
  ];
  for (const [path, text] of refused) {
    it(`refuse ${text} in ${path}`, () => {
      expect(forbiddenImports(path, text)).to.have.lengthOf(1);
    });
  }

  it('let a journal and a platform know the pipeline’s types, and a platform its ports', () => {
    expect(forbiddenImports('journal/fold.ts', `import type { Event } from '../pipeline/record.js';`)).to.deep.equal(
      [],
    );
    expect(
      forbiddenImports('platforms/aws/traffic.ts', `import { ask } from '../../pipeline/ports/traffic.js';`),
    ).to.deep.equal([]);
  });
});
