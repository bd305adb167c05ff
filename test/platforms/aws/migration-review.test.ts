import { expect } from 'chai';
import { awsMigrationReview } from '../../../platforms/aws/migration-review.js';
import { releaseOf } from '../postgres/embedded.js';

describe('awsMigrationReview', () => {
  const limits = { longestBlockMilliseconds: 1_000, liveMigrations: ['1.sql'] };
  const review = (sql: string) =>
    awsMigrationReview.review(releaseOf({ '1.sql': 'DROP TABLE old;', '2.sql': sql }), limits, AbortSignal.abort());

  it('lets through what is safe on a table of any size, and leaves out what the live release has brought', async () => {
    expect(await review('CREATE TABLE notes (id bigint PRIMARY KEY);')).to.include({ answer: 'yes' });
  });

  it('refuses what would block users where the table is a large one', async () => {
    const { answer, because } = await review('CREATE INDEX ON orders (placed);');
    expect(answer).to.equal('no');
    expect(because).to.match(/^2\.sql:1 index-blocks-writes: /);
  });
});
