import { access, readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];

async function allPages(): Promise<string[]> {
  const docs = await readdir(join(root, 'docs'));
  return [...pages, ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
}

/** Words that may follow `crossfade`, from what the command line registers. */
async function commands(): Promise<Set<string>> {
  const files = (await readdir(join(root, 'cli'))).filter((name) => /^register-.*\.ts$/.test(name));
  const sources = await Promise.all(files.map((name) => readFile(join(root, 'cli', name), 'utf8')));
  return new Set(
    sources.flatMap((source) => [...source.matchAll(/\.command\('([a-z-]+)'\)/g)].map(([, name]) => name!)),
  );
}

describe('the documentation', () => {
  it('names only commands that exist', async () => {
    const known = await commands();
    expect(known.size).to.be.greaterThan(10);
    const unknown: string[] = [];
    for (const page of await allPages()) {
      const text = await readFile(join(root, page), 'utf8');
      // As typed: in a code span, a quoted command or an indented line. A sentence about crossfade is none.
      for (const [, word = ''] of text.matchAll(/(?:[`'(]|^ {4,}|npx )crossfade ([a-z]+)/gm)) {
        if (!known.has(word)) unknown.push(`${page}: crossfade ${word}`);
      }
    }
    expect(unknown).to.deep.equal([]);
  });

  it('names only scripts that exist', async () => {
    const text = await readFile(join(root, 'package.json'), 'utf8');
    const { scripts } = z.looseObject({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text));
    for (const page of await allPages()) {
      const named = (await readFile(join(root, page), 'utf8')).matchAll(/npm run ([a-z:]+)/g);
      for (const [, name = ''] of named) expect(scripts, page).to.have.property(name);
    }
  });

  it('links only to files that exist', async () => {
    for (const page of await allPages()) {
      const text = await readFile(join(root, page), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        const found = await access(join(root, dirname(page), link)).then(
          () => true,
          () => false,
        );
        expect(found, `${page} links to ${link}`).to.equal(true);
      }
    }
  });
});
