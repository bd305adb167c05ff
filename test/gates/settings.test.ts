import { expect } from 'chai';
import { execa } from 'execa';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsOf } from '../../contract/settings.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { localSecrets } from '../../platforms/local/secret-values.js';
import { withLive } from '../support/fake-run.js';
import { GateQuestion } from '../support/gate-question.js';
import { localOutputs, someRelease, someServices } from '../support/product.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a setting of the checklist', () => {
  const question = new GateQuestion(() => '/');
  question.given = settingsOf({
    values: { LOG_LEVEL: 'info', ORIGIN: 'https://shop.example.com', POOL: '20' },
    secrets: { API_KEY: { reference: 'env:API_KEY', version: '1' } },
  });
  question.settings = { staging: { ORIGIN: 'https://shop.example.com', POOL: '5' } };
  const ask = (name: string, expected: Record<string, unknown> = {}) =>
    question.ask({ kind: 'config', name, ...expected });

  it('is there with the value that is expected, or not', async () => {
    expect(await ask('LOG_LEVEL')).to.include({ answer: 'yes', because: 'LOG_LEVEL is info' });
    expect(await ask('LOG_LEVEL', { equals: 'warning' })).to.include({ answer: 'no' });
    expect((await ask('LOG_LEVEL', { oneOf: ['info', 'warning'] })).answer).to.equal('yes');
    expect((await ask('LOG_LEVEL', { oneOf: ['warning'] })).answer).to.equal('no');
    expect((await ask('ORIGIN', { startsWith: 'https://' })).answer).to.equal('yes');
    expect((await ask('ORIGIN', { startsWith: 'http://' })).answer).to.equal('no');
    expect(await ask('SENTRY_DSN')).to.include({ answer: 'no', because: 'SENTRY_DSN is not set' });
  });

  it('has the form that is expected, or not', async () => {
    expect((await ask('ORIGIN', { format: 'https-url' })).answer).to.equal('yes');
    expect((await ask('POOL', { format: 'integer' })).answer).to.equal('yes');
    expect((await ask('LOG_LEVEL', { format: 'integer' })).because).to.contain('expected a value of the form integer');
    expect((await ask('LOG_LEVEL', { format: 'email' })).answer).to.equal('no');
  });

  it('differs from that of another environment, or not, or nobody can tell', async () => {
    expect((await ask('POOL', { differsIn: ['staging', 'local'] })).answer).to.equal('yes');
    expect(await ask('ORIGIN', { differsIn: ['staging'] })).to.include({
      answer: 'no',
      because: 'ORIGIN is the same in staging',
    });
    expect((await ask('POOL', { differsIn: ['production'] })).answer).to.equal('unknown');
  });

  it('that is a secret, or of the platform, is only seen to be there', async () => {
    expect((await ask('API_KEY')).answer).to.equal('yes');
    expect((await ask('DATABASE_URL')).answer).to.equal('yes');
    expect((await ask('API_KEY', { equals: 'x' })).answer).to.equal('unknown');
  });
});

describe('a secret of the checklist', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  const repository = () => join(folder.path, 'project');
  const canary = 'canary-Zq8#vN2m!tR5wLx9';
  let question: GateQuestion;
  let platform: Platform;

  const git = (...argv: string[]) =>
    execa('git', ['-C', repository(), '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...argv]);
  const commit = async (name: string, text: string) => {
    await writeFile(join(repository(), name), text);
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', 'more');
  };
  const secret = (value: string) => writeFile(join(folder.path, 'key'), `${value}\n`);
  const ask = async (expected: Record<string, unknown> = {}) => {
    const verdict = await question.ask({ kind: 'secret', name: 'API_KEY', ...expected });
    expect(JSON.stringify(verdict)).not.to.contain('canary').and.not.to.contain(String(canary.length));
    return verdict;
  };

  before(async () => {
    ({ platform } = await withLive(someRelease('1.0.0')));
  });

  beforeEach(async () => {
    question = new GateQuestion(repository);
    const outputs = { ...localOutputs(someServices()), directory: folder.path };
    if (outputs.platform !== 'local') throw new Error('not local');
    question.platform = { ...platform, secrets: localSecrets(outputs) };
    const reference = { reference: 'file:key', version: '1' };
    question.given = settingsOf({ values: { OPEN: 'x' }, secrets: { API_KEY: reference } });
    await secret(canary);
    await mkdir(repository());
    await git('init', '--quiet', '--initial-branch', 'main');
    await commit('.env.example', 'API_KEY=changeme-please\n');
  });

  it('is there, long and strong enough, or not', async () => {
    expect(await ask()).to.include({ answer: 'yes', because: 'API_KEY is there and fits' });
    expect((await ask({ minimumLength: 20, minimumBits: 60 })).answer).to.equal('yes');
    expect((await ask({ minimumLength: 50 })).because).to.equal('API_KEY: it is shorter than 50 characters');
    expect((await ask({ startsWith: 'canary-' })).answer).to.equal('yes');
    expect((await ask({ startsWith: 'sk-' })).because).to.equal('API_KEY: it does not begin with sk-');
    expect((await ask({ format: 'https-url' })).because).to.equal('API_KEY: it is not written like https-url');
    await secret('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
    expect((await ask({ minimumLength: 32, minimumBits: 60 })).because).to.contain('weaker than 60 bits');
    await secret('');
    expect((await ask()).answer).to.equal('no');
    expect((await question.ask({ kind: 'secret', name: 'OPEN' })).because).to.contain('for everybody to read');
    expect((await question.ask({ kind: 'secret', name: 'OTHER' })).answer).to.equal('no');
  });

  it('is unknown where nobody may read it, or it can not be read', async () => {
    await rm(join(folder.path, 'key'));
    expect((await ask()).answer).to.equal('unknown');
    const { secrets: _none, ...blind } = platform;
    question.platform = blind;
    expect((await ask()).answer).to.equal('unknown');
  });

  it('was changed lately, or not', async () => {
    const day = 86_400_000;
    expect((await ask({ maximumAge: day })).answer).to.equal('yes');
    const old = new Date(Date.now() - 100 * day);
    await utimes(join(folder.path, 'key'), old, old);
    expect((await ask({ maximumAge: 90 * day })).because).to.equal('API_KEY: it was not changed for 100 d');
  });

  it("is not the example's", async () => {
    expect((await ask({ notTheExamples: true })).answer).to.equal('yes');
    await secret('changeme-please');
    expect((await ask({ notTheExamples: true })).because).to.equal('API_KEY: it is that of .env.example');
  });

  it('is nowhere in the history of the repository, also not where it was taken away', async () => {
    expect((await ask({ notInGit: true })).answer).to.equal('yes');
    await commit('settings.js', `${'x'.repeat(70_000)}${canary}`);
    await commit('settings.js', 'nothing');
    expect((await ask({ notInGit: true })).because).to.equal('API_KEY: it is in the repository, or was at some time');
  });

  it('is unknown where a part of the history is missing, or it is too short to be found', async () => {
    await commit('more', 'more');
    await execa('git', ['clone', '--quiet', '--depth', '1', `file://${repository()}`, join(folder.path, 'shallow')]);
    const shallow = new GateQuestion(() => join(folder.path, 'shallow'));
    Object.assign(shallow, { platform: question.platform, given: question.given });
    expect((await shallow.ask({ kind: 'secret', name: 'API_KEY', notInGit: true })).answer).to.equal('unknown');
    await secret('abc');
    expect((await ask({ notInGit: true })).answer).to.equal('unknown');
  });

  it('differs from that of another environment', async () => {
    question.secrets = { staging: { API_KEY: 'another' }, preview: { API_KEY: canary } };
    expect((await ask({ differsIn: ['staging'] })).answer).to.equal('yes');
    expect((await ask({ differsIn: ['staging', 'preview'] })).because).to.equal('API_KEY: it is the same in preview');
    expect((await ask({ differsIn: ['production'] })).answer).to.equal('unknown');
  });
});
