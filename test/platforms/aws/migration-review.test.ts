import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import { awsMigrationReview } from '../../../platforms/aws/migration-review.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { releaseOf } from '../postgres/embedded.js';

const database = awsOutputs().database!;

/** Where the database is reached: test/platforms/aws/migration-review-suite.ts. */
describe('awsMigrationReview where nothing answers', () => {
  const limits = { longestBlockMilliseconds: 1_000, liveMigrations: ['1.sql'] };
  const nobody = JSON.stringify({ username: 'shop', password: 'x', host: '127.0.0.1', port: 1, sslmode: 'disable' });
  const review = (sql: string, value = () => Promise.resolve(nobody)) => {
    const clock = new LeapingClock();
    const rds = new FakeRds(clock);
    return awsMigrationReview({ rds, secrets: { value }, database, clock }).review(
      releaseOf({ '1.sql': 'DROP TABLE old;', '2.sql': sql }),
      limits,
      AbortSignal.abort(),
    );
  };

  it('lets through what is safe on a table of any size, and leaves out what the live release has brought', async () => {
    const { answer, because } = await review('CREATE TABLE notes (id bigint PRIMARY KEY);');
    expect(answer).to.equal('yes');
    expect(because).to.match(
      /large one \(by the text alone: sizes of tables: this machine does not reach 127\.0\.0\.1:1/,
    );
  });

  it('refuses what would block users where the table is a large one', async () => {
    const { answer, because } = await review('CREATE INDEX ON orders (placed);');
    expect(answer).to.equal('no');
    expect(because).to.match(/^2\.sql:1 index-blocks-writes: /);
  });

  it('says why where the login may not be read', async () => {
    const denied = () => Promise.reject(new PlatformError('GetSecretValue was denied'));
    const { answer, because } = await review('CREATE INDEX ON orders (placed);', denied);
    expect(answer).to.equal('no');
    expect(because).to.match(/\(by the text alone: GetSecretValue was denied\)$/);
  });
});
