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
  const first = async (asking: Promise<unknown>): Promise<'answer' | 'late'> => {
    const clock = new FakeClock();
    clock.working = () => work.goesOn;
    const answer = asking.then(() => 'answer' as const);
    const late = clock.sleep(30_000).then(() => 'late' as const);
    const which = await Promise.race([answer, late]);
    await answer;
    return which;
  };
  const ask = async (): Promise<void> => {
    const client = new CloudWatchClient(clientOptions({ region: 'eu-central-1', endpoint: aws.url }));
    const command = new GetMetricDataCommand({ MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date(1) });
    await client.send(command).finally(() => client.destroy());
  };

  it('stands still while the SDK waits to ask again', async () => {
    aws.answers = { 'POST /': () => (aws.asked.length < 3 ? { status: 500 } : answered) };
    expect(await first(ask())).to.equal('answer');
    expect(aws.asked).to.have.length(3);
  });

  it('stands still while a module is loaded', async () => {
    // As if nobody had asked for it before.
    const { href } = new URL('../../../platforms/aws/sdk-rds.js?anew', import.meta.url);
    expect(await first(import(href))).to.equal('answer');
  });

  it('goes on once nobody asks', async () => {
    aws.answers = { 'POST /': answered };
    expect(await first(ask())).to.equal('answer');
    expect(work.goesOn).to.equal(false);
  });
});
