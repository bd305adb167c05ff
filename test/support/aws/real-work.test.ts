import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'chai';
import { clientOptions } from '../../../platforms/aws/place.js';
import { FakeClock } from '../fake-clock.js';
import { motoCredentials } from '../moto-server.js';
import { restoreEnvironment } from '../restore-environment.js';
import { StandIn, type Told } from '../stand-in.js';
import { RealWork } from './real-work.js';

const answered: Told = {
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: { MetricDataResults: [] },
};

describe('a clock that stands still while AWS is asked', () => {
  const aws = new StandIn();
  const before = { ...process.env };
  let work: RealWork;

  beforeEach(() => {
    Object.assign(process.env, motoCredentials);
    work = new RealWork();
  });
  afterEach(() => {
    work.stop();
    restoreEnvironment(before);
  });

  /** Which comes first: the answer, or half a minute on the clock. */
  const first = async (): Promise<'answer' | 'late'> => {
    const clock = new FakeClock();
    clock.working = () => work.goesOn;
    const client = new CloudWatchClient(clientOptions({ region: 'eu-central-1', endpoint: aws.url }));
    const command = new GetMetricDataCommand({ MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date(1) });
    const answer = client.send(command).then(() => 'answer' as const);
    try {
      return await Promise.race([answer, clock.sleep(30_000).then(() => 'late' as const)]);
    } finally {
      await answer;
      client.destroy();
    }
  };

  it('stands still while the SDK waits to ask again', async () => {
    aws.answers = { 'POST /': () => (aws.asked.length < 3 ? { status: 500 } : answered) };
    expect(await first()).to.equal('answer');
    expect(aws.asked).to.have.length(3);
  });

  it('goes on once nobody asks', async () => {
    aws.answers = { 'POST /': answered };
    expect(await first()).to.equal('answer');
    expect(work.goesOn).to.equal(false);
  });
});
