import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '../../contract/errors.js';
import { metricSourceSchema } from '../../contract/sources.js';
import type { CloudWatchQuestion } from '../../gates/surroundings.js';
import { GateQuestion } from '../support/gate-question.js';
import { withLive } from '../support/fake-run.js';
import { someRelease } from '../support/product.js';
import { rejection } from '../support/rejection.js';
import { StandIn } from '../support/stand-in.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const below = (value: number, unit = 'percent') => ({ comparison: 'below', value, unit });
const above = (value: number, unit = 'percent') => ({ comparison: 'above', value, unit });

describe('a source of the checklist', () => {
  const folder = temporaryFolder();
  const service = new StandIn();
  let question: GateQuestion;

  beforeEach(() => {
    question = new GateQuestion(() => folder.path);
  });

  describe('of a metric', () => {
    it('CloudWatch: asks for exactly one metric, of the slot, and is unknown without samples', async () => {
      const asked: CloudWatchQuestion[] = [];
      let value: number | undefined = 0.012;
      question.around = {
        cloudWatch: (metric) => {
          asked.push(metric);
          return Promise.resolve(value);
        },
      };
      const dimensions = { Slot: '{{environment}}-{{colour}}', Route: 'api' };
      const source = { cloudwatch: 'Latency', namespace: 'Shop', dimensions, statistic: '{{statistic}}', unit: 's' };
      question.sources = { metrics: { latency: { ...source, region: 'eu-west-1' } } };
      const latency = { kind: 'metric', metric: 'latency', statistic: 'p95', pass: below(50, 'milliseconds') };
      expect(await question.ask(latency)).to.include({ answer: 'yes', because: 'p95 latency is 12ms' });
      expect(asked).to.deep.equal([
        {
          ...{ namespace: 'Shop', metric: 'Latency', statistic: 'p95', minutes: 5, region: 'eu-west-1' },
          dimensions: { Slot: 'local-green', Route: 'api' },
        },
      ]);
      value = undefined;
      const silent = await rejection(question.ask(latency), PlatformError);
      expect(silent.message).to.equal('CloudWatch has no Latency in the last whole 5 min');
    });

    it('CloudWatch: is refused with what CloudWatch would not take', () => {
      const good = { cloudwatch: 'Latency', namespace: 'Shop' };
      expect(metricSourceSchema.safeParse(good).success).to.equal(true);
      for (const statistic of ['Sum', 'p99.9', 'TC(0.1:0.2)', 'PR(:300)', '{{statistic}}'])
        expect(metricSourceSchema.safeParse({ ...good, statistic }).success, statistic).to.equal(true);
      const many = Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`d${at}`, 'x']));
      const wrong = [
        { statistic: 'average' },
        { statistic: 'p' },
        { minutes: 0 },
        { region: 'here' },
        { dimensions: many },
      ];
      for (const each of [...wrong, { token: 'TOKEN' }, { namespace: '' }])
        expect(metricSourceSchema.safeParse({ ...good, ...each }).success, JSON.stringify(each)).to.equal(false);
    });

    const errors = { kind: 'metric', metric: 'error-rate', pass: below(1), rollback: above(2) };
    const prometheus = (value: string | undefined, more: unknown[] = []) => {
      const result = value === undefined ? [] : [{ metric: {}, value: [1, value] }, ...more];
      service.answers['GET /api/v1/query'] = { body: { status: 'success', data: { resultType: 'vector', result } } };
      question.sources = {
        metrics: { 'error-rate': { prometheus: service.url, query: 'sum(errors{slot="{{colour}}"})', unit: 'ratio' } },
      };
    };

    it('Prometheus: says yes, no, and neither between the lines', async () => {
      prometheus('0.005');
      expect(await question.ask(errors)).to.include({ answer: 'yes', because: 'error-rate is 0.5%' });
      expect(new URL(service.asked[0]?.url ?? '', service.url).searchParams.get('query')).to.equal(
        'sum(errors{slot="green"})',
      );
      prometheus('0.05');
      const bad = await question.ask(errors);
      expect(bad).to.include({ answer: 'no', because: 'error-rate is 5%, which goes back' });
      expect(bad.evidence).to.include({ value: 5, unit: 'percent', rollback: true });
      prometheus('0.015');
      expect((await question.ask(errors)).answer).to.equal('unknown');
    });

    it('Prometheus: is unknown without data, by NaN, by several series and where it is not there', async () => {
      for (const [value, more, says] of [
        [undefined, [], 'has no data'],
        ['NaN', [], 'no number'],
        ['0', [{ metric: { a: 'b' }, value: [1, '1'] }], '2 series'],
      ] as const) {
        prometheus(value, [...more]);
        expect(String(await rejection(question.ask(errors)))).to.contain(says);
      }
      service.answers = {};
      expect(await rejection(question.ask(errors))).to.be.instanceOf(PlatformError);
      question.sources = {};
      expect(await question.ask(errors)).to.include({ answer: 'unknown' });
    });

    it('Prometheus: compares with the live slot where the line is a share of it', async () => {
      const values: Record<string, string> = { blue: '0.1', green: '0.12' };
      service.answers['GET /api/v1/query'] = ({ url }) => {
        const value = values[/(blue|green)/.exec(url)?.[1] ?? ''];
        const result = value === undefined ? [] : [{ metric: {}, value: [1, value] }];
        return { body: { status: 'success', data: { resultType: 'vector', result } } };
      };
      const source = { prometheus: service.url, query: 'p95{slot="{{colour}}"}', unit: 's' };
      question.sources = { metrics: { 'latency/p95': source } };
      const worse = { comparison: 'above', value: 50, unit: 'percent', than: 'live' };
      const latency = { kind: 'metric', metric: 'latency', statistic: 'p95', rollback: worse };
      expect(await question.ask(latency)).to.include({ answer: 'yes', because: 'p95 latency is 120ms' });
      values['green'] = '0.2';
      expect((await question.ask(latency)).answer).to.equal('no');
      delete values['blue'];
      expect((await question.ask(latency)).answer).to.equal('unknown');
    });

    it('JSON: by a pointer and with a token, which is told nowhere', async () => {
      question.variables = { METRICS_TOKEN: 'canary-2' };
      question.sources = {
        metrics: {
          'queue-depth': { json: `${service.url}/queues/{{of}}`, at: '/queue/0/depth', token: 'METRICS_TOKEN' },
        },
      };
      service.answers['GET /queues/mail'] = ({ headers }) =>
        headers.authorization === 'Bearer canary-2' ? { body: { queue: [{ depth: 40 }] } } : { status: 401 };
      const check = { kind: 'metric', metric: 'queue-depth', of: 'mail', pass: below(100, 'count') };
      const good = await question.ask(check);
      expect(good).to.include({ answer: 'yes', because: 'queue-depth of mail is 40' });
      expect((await question.ask({ ...check, pass: below(30, 'count') })).answer).to.equal('no');
      expect((await question.ask({ ...check, pass: below(30) })).because).to.contain('counts count at its source');
      question.variables = { METRICS_TOKEN: 'wrong' };
      expect(String(await rejection(question.ask(check)))).to.match(/answered 401$/);
      expect(String(await rejection(question.ask({ ...check, of: 'a"b' })))).to.contain("can't stand in a query");
    });

    it('SQL: by the database of the environment', async () => {
      const fake = await withLive(someRelease('1.0.0'));
      const { database } = fake.platform;
      if (!database) throw new Error('the fake platform has no database');
      const rows = (...values: (string | null)[]) => ({
        ...fake.platform,
        database: { ...database, askRows: () => Promise.resolve(values.map((value) => [value])) },
      });
      question.sources = { metrics: { connections: { sql: 'select …', unit: '%' } } };
      const check = { kind: 'metric', metric: 'connections', pass: below(75), alarm: above(75) };
      question.platform = rows('60.5');
      expect((await question.ask(check)).answer).to.equal('yes');
      question.platform = rows('80');
      expect((await question.ask(check)).evidence).to.include({ alarm: true, rollback: false });
      question.platform = rows(null);
      expect(await rejection(question.ask(check))).to.be.instanceOf(PlatformError);
    });

    it('is none for a part that it can not tell from the others', async () => {
      prometheus('0');
      const verdict = await question.ask({ ...errors, of: 'api' });
      expect(verdict).to.include({ answer: 'unknown', because: 'no source is configured for error-rate of api' });
    });
  });

  it('of free room', async () => {
    question.sources = { metrics: { 'free/cluster': { json: service.url, at: '/free', unit: 'ratio' } } };
    const check = { kind: 'capacity', of: 'cluster', free: { comparison: 'at least', value: 20, unit: 'percent' } };
    service.answers['GET /'] = { body: { free: 0.35 } };
    expect(await question.ask(check)).to.include({ answer: 'yes', because: '35% of cluster is free' });
    service.answers['GET /'] = { body: { free: 0.1 } };
    expect((await question.ask(check)).answer).to.equal('no');
    expect((await question.ask({ kind: 'capacity', of: 'cluster' })).answer).to.equal('unknown');
    expect((await question.ask({ ...check, of: 'disk' })).answer).to.equal('unknown');
  });

  it("of somebody else's service: its status page, or an address that answers", async () => {
    question.sources = { services: { 'mail-provider': { url: `${service.url}/api/v2/status.json` } } };
    const check = { kind: 'external', service: 'mail-provider' };
    const says = (indicator: string, description = '') => {
      service.answers['GET /api/v2/status.json'] = { body: { status: { indicator, description } } };
    };
    says('none');
    expect(await question.ask(check)).to.include({ answer: 'yes', because: 'mail-provider says that all is well' });
    says('major', 'mail is late');
    expect(await question.ask(check)).to.include({ answer: 'no', because: 'mail-provider says major: mail is late' });
    service.answers['GET /ping'] = { body: 'pong' };
    expect((await question.ask({ ...check, url: `${service.url}/ping` })).answer).to.equal('yes');
    expect((await question.ask({ ...check, url: `${service.url}/gone` })).answer).to.equal('no');
    expect((await question.ask({ kind: 'external', service: 'dns' })).answer).to.equal('unknown');
  });

  describe('of who is on duty', () => {
    const check = { kind: 'on-call', role: 'on-call' };

    it('PagerDuty', async () => {
      question.variables = { PAGERDUTY_TOKEN: 'canary-3' };
      question.sources = { onCall: { 'on-call': { pagerduty: 'PABC123', url: service.url } } };
      service.answers['GET /oncalls'] = {
        body: { oncalls: [{ user: { summary: 'Ada' } }, { user: { summary: 'Ada' } }] },
      };
      expect(await question.ask(check)).to.include({ answer: 'yes', because: 'on duty as on-call: Ada' });
      expect(service.asked[0]?.url).to.equal('/oncalls?schedule_ids%5B%5D=PABC123');
      expect(service.asked[0]?.headers.authorization).to.equal('Token token=canary-3');
      service.answers['GET /oncalls'] = { body: { oncalls: [] } };
      expect(await question.ask(check)).to.include({ answer: 'no', because: 'nobody is on duty as on-call' });
      service.answers['GET /oncalls'] = { status: 500 };
      expect(await rejection(question.ask(check))).to.be.instanceOf(PlatformError);
    });

    it('a list in a file, by the clock', async () => {
      question.sources = { onCall: { 'on-call': { file: 'duty.yaml' } } };
      await writeFile(
        join(folder.path, 'duty.yaml'),
        '- { who: Grace, from: 2026-01-01T08:00:00Z, to: 2026-01-02T08:00:00Z }\n',
      );
      question.now = new Date('2026-01-02T07:59:59Z');
      expect((await question.ask(check)).because).to.equal('on duty as on-call: Grace');
      question.now = new Date('2026-01-02T08:00:00Z');
      expect((await question.ask(check)).answer).to.equal('no');
      expect((await question.ask({ kind: 'on-call', role: 'dba' })).answer).to.equal('unknown');
    });
  });
});
