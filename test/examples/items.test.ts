import { expect } from 'chai';
import { execa } from 'execa';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bound } from '../../contract/bound.js';
import type { ChecklistItem } from '../../contract/checklist.js';
import { OperatorError } from '../../contract/errors.js';
import type { Check, CheckKind } from '../../contract/gate.js';
import { settingsOf } from '../../contract/settings.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { ProbeAnswer } from '../../pipeline/ports/probe.js';
import { withLive } from '../support/fake-run.js';
import { GateQuestion } from '../support/gate-question.js';
import { coverageRows } from '../support/pages/coverage-rows.js';
import { someRelease } from '../support/product.js';
import { StandIn } from '../support/stand-in.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Of<Kind extends CheckKind> = Extract<Check, { kind: Kind }>;
type World = 'good' | 'bad';

/**
 * What docs/coverage.md calls executed by a gate was seen by the team's last play; here the same gates are asked with
 * every change, in a small good world of that item and in a bad one.
 */
describe("the questions of the five teams' checklists", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const service = new StandIn();
  let platform: Platform;
  let items: readonly ChecklistItem[];
  let sha = '';

  before(async () => {
    ({ platform } = await withLive(someRelease('1.0.0')));
    const parts = (await coverageRows()).flatMap((row) => row.parts);
    const executed = parts.filter(
      ({ how, note }) => how === 'executed' && (note.startsWith('gate ') || note.includes('../gates/')),
    );
    items = [...new Set(executed.map(({ item }) => item))].filter((item) => !needsThePlay(item));
  });

  const worlds: { readonly [Kind in CheckKind]?: (question: GateQuestion, check: Of<Kind>, world: World) => unknown } =
    {
      config(question, { name, equals, oneOf, startsWith }, world) {
        const value = equals ?? oneOf?.[0] ?? `${startsWith ?? ''}something`;
        const expected = equals ?? oneOf ?? startsWith;
        const wrong = expected === undefined ? {} : { [name]: 'something else' };
        question.given = settingsOf({ values: world === 'good' ? { [name]: value } : wrong, secrets: {} });
      },
      secret(question, check, world) {
        const { name, startsWith, format, minimumLength, notTheExamples, notInGit, differsIn } = check;
        const begins = startsWith ?? (format === 'https-url' ? 'https://' : '');
        const strong = `${begins}Zq8vN2mtR5wLx9Kd3Hf7Jb1Pc6Gs4Yt0Ua8Ev2Wi5Xo9Rz3Mn7Lq`;
        const example = 'replace-me-with-a-long-enough-value-of-your-own-please';
        const leaked = 'committed-long-ago-and-taken-away-again-but-still-there';
        const wrong =
          notTheExamples === true
            ? example
            : notInGit === true
              ? leaked
              : begins === '' && minimumLength === undefined
                ? strong
                : 'short';
        const value = world === 'good' ? strong : wrong;
        const lies = world === 'good' || value !== strong || differsIn !== undefined;
        question.given = settingsOf({ values: {}, secrets: lies ? { [name]: { reference: 'it', version: '1' } } : {} });
        question.secrets = Object.fromEntries(
          (differsIn ?? []).map((other) => [other, { [name]: world === 'good' ? 'another' : strong }]),
        );
        const secrets = { values: () => Promise.resolve([]), read: () => Promise.resolve({ value, since: undefined }) };
        question.platform = { ...platform, secrets };
      },
      http(question, check, world) {
        const { status, contains = '', answers = {}, origin, within, headers } = check;
        const named = Object.values(headers).flatMap((text) =>
          [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
        );
        question.variables = Object.fromEntries(named.map((name) => [name ?? '', 'something']));
        const good: ProbeAnswer = {
          status: check.limitedAfter === undefined ? (status[0] ?? 200) : 429,
          headers: origin === undefined ? answers : { ...answers, 'access-control-allow-origin': origin },
          body: contains,
          milliseconds: 1,
        };
        const slow = { ...good, milliseconds: (within?.value ?? 0) * 2 };
        const bad = within ? slow : origin === undefined ? { ...good, status: 503 } : { ...good, headers: {} };
        const probe = () => Promise.resolve(world === 'good' ? good : bad);
        question.platform = { ...platform, slots: { ...platform.slots, probe } };
      },
      sql(question, { equals, rows = [] }, world) {
        const { database } = platform;
        if (!database) throw new Error('the fake platform has no database');
        const values = equals === undefined ? rows : [equals];
        const askRows = () => Promise.resolve(world === 'good' ? values.map((value) => [value]) : [['something else']]);
        question.platform = { ...platform, database: { ...database, askRows } };
      },
      async command(question, _check, world) {
        const bin = join(folder.path, 'bin');
        await mkdir(bin, { recursive: true });
        for (const name of ['npm', 'pytest', 'pip', 'python', 'flake8', 'mypy', 'bandit', 'safety']) {
          await writeFile(join(bin, name), `#!/bin/sh\nexit ${world === 'good' ? 0 : 1}\n`);
          await chmod(join(bin, name), 0o700);
        }
        question.variables = { PATH: `${bin}:/usr/bin:/bin` };
      },
      async git(question, { asks }, world) {
        if (asks === 'clean' && world === 'bad') await writeFile(join(folder.path, 'left-over'), 'x');
        const version = asks === 'changelog' && world === 'bad' ? '9.9.9' : '2.0.0';
        question.release = someRelease(version, { commit: { sha, author: 'a' } });
      },
      ci(question, { asks, check = 'coverage' }, world) {
        const good = world === 'good';
        const commit = `GET /repos/acme/shop/commits/${sha}`;
        const title = good ? '99 % of the lines' : '12 % of the lines';
        const run = {
          name: check,
          status: 'completed',
          conclusion: good || asks === 'coverage' ? 'success' : 'failure',
        };
        const review = { user: { login: 'grace' }, state: good ? 'APPROVED' : 'COMMENTED', commit_id: sha };
        const other = { ...review, user: { login: 'alan' } };
        const threads = { nodes: [{ isResolved: good }], pageInfo: { hasNextPage: false, endCursor: null } };
        const pull = { number: 7, user: { login: 'ada' }, head: { sha }, merge_commit_sha: null, merged_at: null };
        service.answers = {
          [`${commit}/check-runs`]: { body: { check_runs: [{ ...run, output: { title } }] } },
          [`${commit}/statuses`]: { body: [] },
          [`${commit}/pulls`]: { body: [pull] },
          'GET /repos/acme/shop/pulls/7': { body: { mergeable: good } },
          'GET /repos/acme/shop/pulls/7/reviews': { body: [review, other] },
          'GET /repos/acme/shop/pulls/7/commits': { body: [] },
          'POST /graphql': { body: { data: { repository: { pullRequest: { reviewThreads: threads } } } } },
        };
        question.release = someRelease('2.0.0', { commit: { sha, author: 'a' } });
        question.variables = { GITHUB_API_URL: service.url, GITHUB_REPOSITORY: 'acme/shop' };
      },
      async document(_question, { path, contains = 'something' }, world) {
        const file = join(folder.path, path);
        await mkdir(join(file, '..'), { recursive: true });
        await writeFile(file, contains);
        const git = (...argv: string[]) =>
          execa('git', ['-C', folder.path, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...argv]);
        if (world === 'bad') await rm(file);
        await git('add', '--all');
        await git('commit', '--quiet', '--allow-empty', '--message', 'documents');
      },
      window(question, { days, from = '12:00', announced }, world) {
        const day = { mon: 5, tue: 6, wed: 7, thu: 8, fri: 9, sat: 10, sun: 11 }[days?.[0] ?? 'mon'];
        question.now = new Date(Date.UTC(2026, 0, day, Number(from.slice(0, 2)), 30));
        const lead = announced ?? 0;
        question.announced = new Date(question.now.getTime() - (world === 'good' ? lead : lead / 2)).toISOString();
        if (world === 'bad' && announced === undefined) question.now = new Date(question.now.getTime() - 3_600_000 * 5);
      },
      external(question, { service: name }, world) {
        service.answers['GET /'] = {
          body: { status: { indicator: world === 'good' ? 'none' : 'major', description: 'late' } },
        };
        question.sources = { services: { [name]: { url: service.url } } };
      },
      capacity(question, { of }, world) {
        service.answers['GET /'] = { body: { free: world === 'good' ? 90 : 1 } };
        question.sources = { metrics: { [`free/${of}`]: { json: service.url, at: '/free', unit: '%' } } };
      },
      async 'on-call'(question, { role }, world) {
        const now = { who: 'Ada', from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
        await writeFile(join(folder.path, 'duty.json'), JSON.stringify(world === 'good' ? [now] : []));
        question.now = new Date('2026-06-01T00:00:00Z');
        question.sources = { onCall: { [role]: { file: 'duty.json' } } };
      },
      metric(question, check, world) {
        const { metric, of, statistic, pass, alarm, rollback } = check;
        const line = pass ?? rollback ?? alarm;
        if (!line) throw new Error(`${metric} has no line`);
        const unit = {
          percent: '%',
          milliseconds: 'ms',
          bytes: 'B',
          'bytes per hour': 'MB/h',
          'per minute': '/min',
          count: '',
        } as const;
        const value = world === 'good' ? keeping(pass, rollback ?? alarm) : breaking(pass, rollback ?? alarm);
        const key = [metric, of, statistic].filter((part) => part !== undefined).join('/');
        // Where the line is a share of the live slot's, that has the same in a good world.
        service.answers['GET /blue'] = { body: { value: world === 'good' ? value : 100 } };
        const factor = line.unit === 'bytes per hour' ? 1e6 : 1;
        service.answers['GET /green'] = { body: { value: value / factor } };
        const written = line.than === 'live' ? 'ms' : unit[line.unit];
        question.sources = { metrics: { [key]: { json: `${service.url}/{{colour}}`, at: '/value', unit: written } } };
      },
    };

  async function answerTo(item: ChecklistItem, world: World): Promise<Verdict['answer']> {
    const question = new GateQuestion(() => folder.path);
    const { check } = item;
    // Each world is that of its own kind.
    const make = worlds[check.kind] as ((...words: [GateQuestion, Check, World]) => unknown) | undefined;
    if (!make) throw new Error(`${item.id}: no world for ${check.kind}`);
    await make(question, check, world);
    try {
      return (await question.ask(check)).answer;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      return 'unknown';
    }
  }

  beforeEach(async () => {
    const git = (...argv: string[]) =>
      execa('git', ['-C', folder.path, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...argv]);
    await git('init', '--quiet', '--initial-branch', 'main');
    await writeFile(join(folder.path, '.git', 'info', 'exclude'), 'bin\nduty.json\n');
    const leaked = 'committed-long-ago-and-taken-away-again-but-still-there';
    const names = items.flatMap(({ check }) => (check.kind === 'secret' ? [check.name] : []));
    const example = names.map((name) => `${name}=replace-me-with-a-long-enough-value-of-your-own-please\n`).join('');
    await writeFile(join(folder.path, '.env.example'), example);
    await writeFile(join(folder.path, 'CHANGELOG.md'), `## 2.0.0\n\n- better\n\n${leaked}\n`);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'first');
    await writeFile(join(folder.path, 'CHANGELOG.md'), '## 2.0.0\n\n- better\n');
    await git('commit', '--quiet', '--all', '--message', 'second');
    sha = (await git('rev-parse', 'HEAD')).stdout;
  });

  it('that are told to be executed are answered yes in a good world and no in a bad one', async () => {
    const wrong: string[] = [];
    for (const item of items) {
      const good = await answerTo(item, 'good');
      const bad = await answerTo(item, 'bad');
      if (good !== 'yes' || bad !== 'no')
        wrong.push(`${item.place.file}:${item.place.line} ${item.id}: ${good}, ${bad}`);
    }
    expect(wrong).to.deep.equal([]);
    expect(items.length).to.be.greaterThan(100);
  });
});

/** A real history, a name with a certificate, or a script of the team's own around git: nothing small stands for those. */
function needsThePlay({ check }: ChecklistItem): boolean {
  if (check.kind === 'git') return check.asks !== 'clean' && check.asks !== 'changelog';
  if (check.kind === 'http') return !check.url.startsWith('/');
  return check.kind === 'command' && /\bgit\b/.test(check.script);
}

/** A value at which all is well. */
function keeping(pass: Bound | undefined, other: Bound | undefined): number {
  const line = pass ?? other;
  if (!line) return 0;
  if (line.than === 'live') return 100;
  const upper = line.comparison === 'below' || line.comparison === 'at most';
  const good = pass ? upper : !upper;
  return good ? line.value * 0.5 : line.value * 1.5 + 1;
}

/** A value beyond every line. */
function breaking(pass: Bound | undefined, other: Bound | undefined): number {
  const line = other ?? pass;
  if (!line) return 0;
  if (line.than === 'live') return 100 * (1 + line.value / 50);
  const upper = line.comparison === 'above' || line.comparison === 'at least';
  const bad = other ? upper : !upper;
  return bad ? line.value * 1.5 + 1 : line.value * 0.5;
}
