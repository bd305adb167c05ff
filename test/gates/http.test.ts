import { expect } from 'chai';
import { execaSync } from 'execa';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBound } from '../../contract/bound.js';
import { ConfigurationError, PlatformError } from '../../contract/errors.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { ProbeRequest } from '../../pipeline/ports/probe.js';
import { withLive } from '../support/fake-run.js';
import { GateQuestion } from '../support/gate-question.js';
import { someRelease } from '../support/product.js';
import { rejection } from '../support/rejection.js';
import { StandIn } from '../support/stand-in.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const day = 86_400_000;

describe('a request of the checklist', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  const service = new StandIn();
  let question: GateQuestion;

  beforeEach(() => {
    question = new GateQuestion(() => folder.path);
  });
  const ask = (url: string, changes: Record<string, unknown> = {}) =>
    question.ask({ kind: 'http', method: 'GET', url, headers: {}, status: [200], ...changes });
  const here = (path: string, changes: Record<string, unknown> = {}) => ask(`${service.url}${path}`, changes);

  it('says yes by the status that is expected, no by any other, and is unknown where nothing answers', async () => {
    service.answers['GET /health'] = { body: 'healthy' };
    expect(await here('/health')).to.include({ answer: 'yes', because: `GET ${service.url}/health answered 200` });
    expect(await here('/nothing')).to.include({ answer: 'no' });
    expect(await here('/nothing', { status: [401, 404] })).to.include({ answer: 'yes' });
    expect(await rejection(ask('http://127.0.0.1:1/'))).to.be.instanceOf(PlatformError);
  });

  it('looks at body, headers and origin, and tells all that is wrong', async () => {
    service.answers['OPTIONS /api'] = { headers: { 'access-control-allow-origin': 'https://shop.example.com' } };
    service.answers['GET /'] = { body: 'hello', headers: { 'cache-control': 'no-store' } };
    expect((await here('/', { contains: 'hello', answers: { 'Cache-Control': 'no-store' } })).answer).to.equal('yes');
    const wrong = await here('/', { contains: 'bye', answers: { 'strict-transport-security': 'max-age' } });
    expect(wrong.because).to.contain('does not hold what it must; strict-transport-security is not there');
    const cors = { method: 'OPTIONS', origin: 'https://shop.example.com' };
    expect((await here('/api', cors)).answer).to.equal('yes');
    expect((await here('/api', { ...cors, origin: 'https://evil.example.com' })).answer).to.equal('no');
    expect(service.asked.at(-1)?.headers).to.include({ origin: 'https://evil.example.com' });
  });

  it('asks for what is left of a quota, in a header or in the body', async () => {
    const bound = (text: string) => readBound(text);
    const left = (remaining: unknown, used: unknown): void => {
      service.answers['GET /limits'] = { headers: { 'x-ratelimit-remaining': String(remaining) }, body: { used } };
    };
    const values = { 'X-RateLimit-Remaining': bound('above 100'), '/used': bound('below 80%') };
    left(4_980, 12.5);
    const fine = await here('/limits', { values });
    expect(fine.answer).to.equal('yes');
    expect(fine.evidence).to.include({ 'X-RateLimit-Remaining': 4_980, '/used': 12.5 });
    left(100, 80);
    expect((await here('/limits', { values })).because).to.equal(
      'X-RateLimit-Remaining is 100, expected above 100; /used is 80, expected below 80%',
    );
    left('many', null);
    const untold = await here('/limits', { values });
    expect(untold).to.include({ answer: 'unknown' });
    expect(untold.because).to.equal('X-RateLimit-Remaining tells no number; /used tells no number');
    expect((await here('/limits', { values: { '/not/there': bound('above 1') } })).answer).to.equal('unknown');
  });

  it('holds a body against a JSON Schema, formats too', async () => {
    const schema = { type: 'object', required: ['at'], properties: { at: { type: 'string', format: 'date-time' } } };
    await writeFile(join(folder.path, 'schema.json'), JSON.stringify(schema));
    service.answers['GET /good'] = { body: { at: '2026-01-01T00:00:00Z' } };
    service.answers['GET /bad'] = { body: { at: 'yesterday' } };
    service.answers['GET /text'] = { body: 'at' };
    expect((await here('/good', { schema: 'schema.json' })).answer).to.equal('yes');
    expect((await here('/bad', { schema: 'schema.json' })).because).to.contain('/at must match format "date-time"');
    expect((await here('/text', { schema: 'schema.json' })).because).to.contain('the body is no JSON');
    expect(await rejection(here('/good', { schema: 'nothing.json' }))).to.be.instanceOf(ConfigurationError);
  });

  it('takes a percentile of the time over calls', async () => {
    let calls = 0;
    service.answers['GET /slow'] = async () => {
      calls += 1;
      if (calls % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 250));
      return {};
    };
    const below = { comparison: 'below', value: 200, unit: 'milliseconds' };
    expect((await here('/slow', { calls: 20, statistic: 'p50', within: below })).answer).to.equal('yes');
    const tail = await here('/slow', { calls: 20, statistic: 'p99', within: below });
    expect(tail).to.include({ answer: 'no' });
    const [, milliseconds] = /^p99 of 20 is (\d+(?:\.\d+)?)ms, expected below 200ms$/.exec(tail.because) ?? [];
    expect(Number(milliseconds), tail.because).to.be.at.least(249);
    expect(calls).to.equal(40);
  });

  it('is content with a limit that shows itself, and not with none', async () => {
    let calls = 0;
    service.answers['GET /limited'] = () => ({ status: (calls += 1) > 5 ? 429 : 200 });
    expect((await here('/limited', { limitedAfter: 10 })).because).to.contain('limited after 6 requests');
    service.answers['GET /open'] = {};
    expect(await here('/open', { limitedAfter: 10 })).to.include({ answer: 'no' });
    expect(service.asked.filter(({ url }) => url === '/open')).to.have.lengthOf(10);
  });

  it('asks a path at the new slot, of the service whose route it is', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const probed: [string, ProbeRequest][] = [];
    const probe: Platform['slots']['probe'] = (colour, request) => {
      probed.push([colour, request]);
      return Promise.resolve({ status: 201, headers: {}, body: '', milliseconds: 5 });
    };
    question.platform = { ...fake.platform, slots: { ...fake.platform.slots, probe } };
    const verdict = await ask('/api/orders', { method: 'POST', body: '{}', status: [201] });
    expect(verdict.answer).to.equal('yes');
    expect(probed[0]).to.deep.equal([
      'green',
      { service: 'api', method: 'POST', path: '/api/orders', headers: {}, body: '{}' },
    ]);
    expect((await ask('/about')).answer).to.equal('no');
    expect(probed[1]?.[1].service).to.equal('web');
  });

  it('puts a variable into a header, and tells its value nowhere', async () => {
    service.answers['GET /me'] = ({ headers }) => ({ status: headers.authorization === 'Bearer canary-1' ? 200 : 401 });
    question.variables = { SMOKE_TOKEN: 'canary-1' };
    const verdict = await here('/me', { headers: { Authorization: 'Bearer ${SMOKE_TOKEN}' } });
    expect(verdict.answer).to.equal('yes');
    expect(JSON.stringify(verdict)).not.to.contain('canary');
    expect(await here('/me', { status: [401] })).to.include({ answer: 'yes' });
    question.variables = {};
    expect(await rejection(here('/me', { headers: { a: '${SMOKE_TOKEN}' } }))).to.be.instanceOf(ConfigurationError);
  });

  it('knows where a name leads', async () => {
    const named = (resolvesTo: string[]) => ask(`http://localhost:${service.port}/`, { status: [404], resolvesTo });
    expect((await named(['localhost'])).answer).to.equal('yes');
    expect((await named(['192.0.2.1'])).because).to.contain('which is none of 192.0.2.1');
    expect((await named(['nothing.invalid'])).answer).to.equal('unknown');
  });

  it('fault 64: goes where no redirect leads, to another host or not', async () => {
    service.answers['GET /moved'] = { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } };
    service.answers['GET /near'] = { status: 301, headers: { location: '/elsewhere' } };
    expect((await here('/moved')).because).to.contain('answered 302 to http://169.254.169.254/');
    expect((await here('/near', { status: [301] })).answer).to.equal('yes');
    expect(service.asked.map(({ url }) => url)).to.deep.equal(['/moved', '/near']);
  });

  it("fault 64: asks no address of the machine's own, however it is written", async () => {
    const addresses = [
      '169.254.169.254',
      '[fe80::1]',
      '[::ffff:169.254.169.254]',
      '2852039166',
      '0xA9FEA9FE',
      '[fd00:ec2::254]',
    ];
    for (const address of addresses) {
      const error = await rejection(ask(`http://${address}/latest/meta-data`));
      expect(String(error), address).to.contain('a check may not ask');
    }
  });

  it('fault 64: ends at its size and its time', async () => {
    service.answers['GET /large'] = { body: 'x'.repeat(3_000_000) };
    expect(await here('/large', { contains: 'y' })).to.include({ answer: 'unknown' });
    service.answers['GET /never'] = () => new Promise(() => undefined);
    const asked = rejection(here('/never'));
    setTimeout(() => question.stop.abort(new Error('no longer wanted')), 200);
    expect(String(await asked)).to.contain('no longer wanted');
  });
});

describe('a certificate', function () {
  this.timeout(20_000);
  const place = mkdtempSync(join(tmpdir(), 'crossfade-tls-'));
  const at = (name: string) => join(place, name);
  before(() => {
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '10'];
    const named = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execaSync('openssl', [...made, ...named, '-keyout', at('key.pem'), '-out', at('cert.pem')]);
  });
  const service = new StandIn(() => ({
    key: readFileSync(at('key.pem'), 'utf8'),
    cert: readFileSync(at('cert.pem'), 'utf8'),
  }));
  after(() => rmSync(place, { recursive: true }));

  const ask = (validFor: number, sources: unknown) => {
    const question = new GateQuestion(() => place);
    question.sources = sources;
    service.answers['GET /'] = {};
    const check = { kind: 'http', method: 'GET', url: `${service.url}/`, headers: {}, status: [200] };
    return question.ask({ ...check, certificate: validFor });
  };

  it('is trusted and valid for so long, or not', async () => {
    const trusting = { authorities: ['cert.pem'] };
    expect(await ask(5 * day, trusting)).to.include({ answer: 'yes' });
    expect((await ask(30 * day, trusting)).because).to.contain('less than 30 d');
  });

  it('fault 64: that nobody vouches for is not believed, and nothing is asked of who shows it', async () => {
    expect((await ask(day, {})).because).to.contain('is not trusted: self-signed certificate');
    expect(service.asked).to.deep.equal([]);
    const plain = new GateQuestion(() => place);
    const asked = plain.ask({ kind: 'http', method: 'GET', url: `${service.url}/`, headers: {}, status: [200] });
    expect(String(await rejection(asked))).to.contain('self-signed certificate');
  });
});
