import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import { newestPeriod } from '../../../platforms/aws/newest-period.js';
import { motoCredentials } from '../../support/moto-server.js';
import { rejection } from '../../support/rejection.js';
import { StandIn, type Told } from '../../support/stand-in.js';
import { restoreEnvironment } from '../../support/restore-environment.js';

const latency = { namespace: 'Shop', metric: 'Latency', dimensions: { Slot: 'green' }, statistic: 'p95' };
const seconds = (time: string) => Date.parse(`2026-01-01T${time}Z`) / 1_000;

describe('the newest period of a metric of CloudWatch', () => {
  const aws = new StandIn();
  const before = { ...process.env };
  const read = (time: string, minutes = 5) => {
    const place = { region: 'eu-central-1', endpoint: aws.url };
    return newestPeriod(place, latency, minutes, new Date(`2026-01-01T${time}Z`), AbortSignal.timeout(10_000));
  };
  const answers = (result: object): void => {
    const told: Told = {
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: { MetricDataResults: [{ Id: 'newest', StatusCode: 'Complete', ...result }] },
    };
    aws.answers = { 'POST /': told };
  };

  beforeEach(() => void Object.assign(process.env, motoCredentials));
  afterEach(() => {
    restoreEnvironment(before);
  });

  it('is the last one that is over, and has been for a minute', async () => {
    answers({ Timestamps: [seconds('12:00:00')], Values: [0.25] });
    expect(await read('12:06:00')).to.equal(0.25);
    expect(JSON.parse(aws.asked[0]?.body ?? '')).to.deep.equal({
      MetricDataQueries: [
        {
          Id: 'newest',
          MetricStat: {
            Metric: {
              Namespace: 'Shop',
              MetricName: 'Latency',
              Dimensions: [{ Name: 'Slot', Value: 'green' }],
            },
            Period: 300,
            Stat: 'p95',
          },
        },
      ],
      StartTime: seconds('12:00:00'),
      EndTime: seconds('12:05:00'),
    });
    expect(await read('12:05:59'), 'the one of before is over, not this').to.equal(undefined);
  });

  it('is none without samples, and none of another time', async () => {
    answers({ Timestamps: [], Values: [] });
    expect(await read('12:06:00')).to.equal(undefined);
    answers({ Timestamps: [seconds('11:55:00')], Values: [1] });
    expect(await read('12:06:00')).to.equal(undefined);
  });

  it('is refused where CloudWatch has only a part, or may not be asked', async () => {
    answers({ StatusCode: 'PartialData', Timestamps: [seconds('12:00:00')], Values: [1] });
    expect(await rejection(read('12:06:00'), PlatformError)).to.match(/PartialData for Latency/);
    aws.answers = {
      'POST /': {
        status: 403,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: { __type: 'AccessDeniedException', message: 'no' },
      },
    };
    const denied = await rejection(read('12:06:00'), PlatformError);
    expect(denied.hint).to.equal(
      'the role lacks this permission, or is of another account: docs/aws/roles.md says what GetMetricData needs; ' +
        "'pulumi up' of the environment gives it to the release role",
    );
  });
});
