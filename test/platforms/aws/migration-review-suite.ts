import { expect } from 'chai';
import { awsMigrationReview } from '../../../platforms/aws/migration-review.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { releaseOf, type Embedded } from '../postgres/embedded.js';

/** On the server of database.test.ts: starting one takes longer than all of this. */
export function describeMigrationReview(server: () => Embedded): void {
  describe('awsMigrationReview where this machine reaches the database', () => {
    const database = awsOutputs().database!;
    const limits = { longestBlockMilliseconds: 1_000, liveMigrations: undefined };

    const review = async (sql: string) => {
      const { host, port, user, password } = server().address('superuser');
      const login = { host, port, dbname: 'shop', username: user, password: await password(), sslmode: 'disable' };
      const clock = new LeapingClock();
      return awsMigrationReview({
        rds: new FakeRds(clock),
        secrets: { value: () => Promise.resolve(JSON.stringify(login)) },
        database: { ...database, masterSecretArn: null },
        clock,
      }).review(releaseOf({ '9.sql': sql }), limits, AbortSignal.timeout(30_000));
    };

    before(() => server().query('superuser', 'CREATE TABLE small (id int PRIMARY KEY); INSERT INTO small VALUES (1)'));
    after(() => server().query('superuser', 'DROP TABLE small'));

    it('goes by the sizes that tables have there', async () => {
      const { answer, because } = await review('CREATE INDEX ON small (id);');
      expect(answer, because).to.equal('yes');
      expect(because).to.not.match(/large one|by the text alone/);
    });

    it('still refuses what no size makes safe', async () => {
      expect((await review('ALTER TABLE small ALTER COLUMN id TYPE text;')).answer).to.equal('no');
    });
  });
}
