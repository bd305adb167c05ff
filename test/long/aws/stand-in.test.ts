import { expect } from 'chai';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { awsProject } from '../../support/aws/aws-project.js';
import { findAwsPlugin } from '../../support/aws/find-aws-plugin.js';
import { standInConfiguration } from '../../support/aws/stand-in-configuration.js';
import { StandIn } from '../../support/aws/stand-in.js';
import { motoQuery } from '../../support/moto-server.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const engineOf = (listed: string): string => `#!/bin/sh
case "$1" in
  version) echo v3.250.0;;
  plugin) echo '${listed}';;
esac
`;

/** What 'npm run test:aws' rests on where it can run, as far as that needs no provider. */
describe('the stand-in for AWS', function () {
  this.timeout(400_000);
  let aws: StandIn;
  before(async () => {
    aws = await StandIn.open();
  });
  after(() => aws.close());

  it('has composite alarms, which moto lacks, beside the alarms that moto has', async () => {
    const client = new CloudWatchClient({ region: 'eu-central-1', endpoint: aws.url });
    const AlarmRule = 'ALARM("a & b") OR ALARM("c")';
    await client.send(
      new PutCompositeAlarmCommand({ AlarmName: 'blue-bad', AlarmRule, AlarmActions: ['arn:aws:sns:x'] }),
    );
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName: 'plain',
        Namespace: 'Shop',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const composite = new DescribeAlarmsCommand({ AlarmNames: ['blue-bad'], AlarmTypes: ['CompositeAlarm'] });
    const [found] = (await client.send(composite)).CompositeAlarms ?? [];
    expect(found).to.deep.include({
      AlarmName: 'blue-bad',
      AlarmArn: 'arn:aws:cloudwatch:eu-central-1:222222222222:alarm:blue-bad',
      AlarmRule,
      AlarmActions: ['arn:aws:sns:x'],
      ActionsEnabled: true,
    });
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceARN: found!.AlarmArn }));
    expect(tags.Tags).to.deep.equal([]);
    const plain = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['plain'] }));
    expect(plain.MetricAlarms?.map(({ AlarmName }) => AlarmName)).to.deep.equal(['plain']);
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['blue-bad'] }));
    expect((await client.send(composite)).CompositeAlarms).to.deep.equal([]);
    client.destroy();
    expect(aws.reportLines().join()).to.match(/CloudWatch: composite alarms \(\d+ calls\)/);
  });

  it('speaks to providers that still use the query protocol', async () => {
    const words = { AlarmName: 'green-bad', AlarmRule: 'ALARM("d")', 'AlarmActions.member.1': 'arn:aws:sns:y' };
    await motoQuery(aws.url, 'monitoring', { Action: 'PutCompositeAlarm', Version: '2010-08-01', ...words });
    const text = await motoQuery(aws.url, 'monitoring', {
      Action: 'DescribeAlarms',
      Version: '2010-08-01',
      'AlarmTypes.member.1': 'CompositeAlarm',
      'AlarmNames.member.1': 'green-bad',
    });
    expect(text).to.contain('<CompositeAlarms><member><AlarmName>green-bad</AlarmName>');
    expect(text).to.contain('<AlarmActions><member>arn:aws:sns:y</member></AlarmActions>');
  });

  it('has selections of backups, and tags of scaling, which moto lacks', async () => {
    const call = async (path: string, method: string, body?: object, target?: string): Promise<unknown> => {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        ...(target === undefined ? {} : { 'x-amz-target': target }),
      };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await fetch(`${aws.url}${path}`, {
        method,
        headers,
        ...sent,
        signal: AbortSignal.timeout(10_000),
      });
      expect(answer.status).to.equal(200);
      return answer.json();
    };
    const selection = { SelectionName: 'shop', Resources: ['arn:aws:rds:x'] };
    const made = (await call('/backup/plans/p-1/selections/', 'PUT', { BackupSelection: selection })) as {
      SelectionId: string;
    };
    expect(await call(`/backup/plans/p-1/selections/${made.SelectionId}`, 'GET')).to.deep.include({
      BackupSelection: selection,
    });
    const scaling = (action: string, body: object) => call('/', 'POST', body, `AnyScaleFrontendService.${action}`);
    await scaling('TagResource', { ResourceARN: 'arn:target', Tags: { slot: 'blue' } });
    expect(await scaling('ListTagsForResource', { ResourceARN: 'arn:target' })).to.deep.equal({
      Tags: { slot: 'blue' },
    });
  });

  it('carries a project of the real engine from its beginning to its end', async () => {
    // The program stands in for the one whose provider can't be had everywhere: its outputs are what a run goes by.
    const program = `export default ${JSON.stringify(awsOutputs())};\n`;
    const project = await awsProject({ endpoint: aws.url, program });
    try {
      const place = { endpoint: aws.url, folder: project.folder, bucket: 'shop-store' };
      await aws.bucket(place.bucket);
      for (const stack of ['staging', 'production'] as const) {
        await project.configure(stack, standInConfiguration(stack, place));
      }
      await project.pulumi(['stack', 'init', 'production']);
      await project.pulumi(['up', '--yes', '--skip-preview', '--stack', 'production']);
      expect(await project.outputs('production')).to.deep.equal(awsOutputs());
      await project.pulumi(['refresh', '--yes', '--skip-preview', '--stack', 'production']);
      const images = await aws.images(['api', 'web', 'worker', 'scheduler'], '1.0.0');
      const artifacts = Object.entries(images).flatMap(([service, image]) => ['--artifact', `${service}=${image}`]);
      const by = ['--commit', 'a'.repeat(40), '--author', 'ada'];
      await project.crossfade(['release', 'create', 'production', '--version', '1.0.0', ...artifacts, ...by]);
      expect(await project.crossfade(['release', 'list', 'production'])).to.contain('1.0.0');
      await project.pulumi(['destroy', '--yes', '--stack', 'production']);
      await project.pulumi(['stack', 'rm', '--yes', 'production']);
    } finally {
      await project.remove();
    }
  });

  describe("where the provider's plugin may be missing", () => {
    const place = temporaryFolder();

    it('says what is', async () => {
      const plugins = async (listed: readonly object[]) => {
        const bin = join(place.path, 'bin');
        await mkdir(bin, { recursive: true });
        for (const name of ['pulumi', 'pulumi-language-nodejs']) {
          await writeFile(join(bin, name), engineOf(JSON.stringify(listed)));
          await chmod(join(bin, name), 0o755);
        }
        return findAwsPlugin(7, { PATH: `${bin}:/usr/bin:/bin` });
      };
      const plugin = (version: string) => ({ name: 'aws', kind: 'resource', version });
      expect(await plugins([])).to.deep.equal({ missing: 'no AWS provider plugin 7.x is installed' });
      expect(await plugins([plugin('6.83.0')])).to.deep.equal({
        missing: 'no AWS provider plugin 7.x is installed, only 6.83.0',
      });
      expect(await plugins([plugin('6.83.0'), plugin('7.48.0')])).to.deep.equal({ version: '7.48.0' });
    });
  });
});
