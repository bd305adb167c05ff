import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readCoverage, type Coverage } from '../support/pages/coverage.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('docs/coverage/002.yaml', () => {
  let coverage: Coverage;
  before(async () => {
    coverage = await readCoverage();
  });

  it('has each of the 173 items once, in order', () => {
    expect(coverage.items.map(({ id }) => id)).to.deep.equal(Array.from({ length: 173 }, (_, index) => index + 1));
  });

  it('names only files that exist, and what they export', async () => {
    const missing: string[] = [];
    for (const { id, by } of coverage.items) {
      for (const place of by) {
        const [file = '', name] = place.split('#');
        const text = await readFile(`${root}${file}`, 'utf8').catch(() => undefined);
        const found = text !== undefined && (name === undefined || exports(text, name));
        if (!found) missing.push(`002-${id}: ${place}`);
      }
    }
    expect(missing).to.deep.equal([]);
  });

  it('gives only reasons that are told, and tells none that nobody gives', () => {
    const given = new Set(coverage.items.flatMap(({ because }) => because ?? []));
    expect([...given].sort()).to.deep.equal(Object.keys(coverage.reasons).sort());
  });
});

function exports(text: string, name: string): boolean {
  return new RegExp(`^export (async )?(function|class|const|interface|type) ${name}\\b`, 'm').test(text);
}
