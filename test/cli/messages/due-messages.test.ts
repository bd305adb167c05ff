import { expect } from 'chai';
import { dueMessages, progressMessages } from '../../../cli/messages/due-messages.js';
import { fill } from '../../../cli/messages/fill.js';
import { factsOf } from '../../../cli/messages/facts-of.js';
import { receiversOf, tellsOf } from '../../../cli/messages/tells-of.js';
import { refuseStrangers } from '../../../cli/messages/written-messages.js';
import type { ChecklistItem } from '../../../contract/checklist.js';
import type { Check } from '../../../contract/gate.js';
import { messageFacts } from '../../../contract/message-facts.js';
import { notifySchema, type NotifyConfiguration } from '../../../contract/notify.js';
import { parse } from '../../../contract/parse.js';
import { type FakeRun, withLive } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';

const someone = { kind: 'slack', url: 'env:CHAT' };
const notify = (said: Record<string, unknown> = {}): NotifyConfiguration =>
  parse(notifySchema, { receivers: { chat: someone }, ...said }, 'test');
const tells = (said: Record<string, unknown> = {}) => tellsOf(notify(said), []);

const told = (fake: FakeRun, said: Record<string, unknown> = {}): string[] =>
  dueMessages(fake.events, tells(said), 'shop').map(({ id }) => id.replace(/-\d+$/, ''));

describe('what a run tells', () => {
  it('is that it began and how it ended, with figures beside their targets', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    const [begun, completed, ...more] = dueMessages(fake.events, tells(), 'shop');
    expect(more).to.deep.equal([]);
    expect(begun?.text).to.equal(
      [
        'local: deploy of shop 2.0.0 has begun',
        'live until now: 1.0.0; by ada: a test',
        'checked before: 10 of 10 yes',
        `run ${fake.events[0]!.run}, plan ${begun?.facts['plan'] ?? ''}`,
      ].join('\n'),
    );
    expect(completed?.title).to.equal('local: deploy of shop 2.0.0 completed');
    expect(completed?.text)
      .to.match(/^at 100 %$/m)
      .and.to.match(/^api: \d+ requests, failed [\d.]+ % \(target at most 1, back above 2, back when 100 % worse/m)
      .and.to.contain("blue keeps standing: 'crossfade rollback local' goes back");
  });

  it('is that a bad release went back, and why', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['2.0.0'] = { errorPercent: 50 };
    await fake.deploy(someRelease('2.0.0'));
    expect(told(fake)).to.deep.equal(['begun', 'rolled-back']);
    const [, back] = dueMessages(fake.events, tells(), 'shop');
    expect(back).to.deep.include({ severity: 'high' });
    expect(back?.text)
      .to.match(/went back: judge green at 10 %: .*error rate/)
      .and.to.contain('issue: {{issue}}');
  });

  it('is an alarm of a metric, once a step, with the figure', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    const at = fake.events.findIndex(({ body }) => body.kind === 'judged');
    const { body, ...line } = fake.events[at]!;
    const step = 'step' in body ? body.step : undefined;
    const evidence = { item: 'queue', alarm: true, value: 70 };
    const alarm = { ...line, body: { kind: 'noted', step, message: 'alarm: queue: queue is 70', evidence } } as const;
    fake.events.splice(at, 0, alarm, alarm);
    expect(told(fake)).to.deep.equal(['begun', 'alarm', 'completed']);
    const [, message] = dueMessages(fake.events, tells({ severities: { alarm: 'high' } }), 'shop');
    expect(message).to.deep.include({ severity: 'high', title: 'local: shop 2.0.0: alarm: queue: queue is 70' });
    expect(receiversOf(notify({ routes: { alarm: [] } }), 'alarm')).to.deep.equal([]);
  });

  it('states the time that was announced, where a window has asked for that', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    expect(factsOf(fake.events, 'shop').window).to.equal('-');
    const announced = { begins: '2026-11-28T22:00:00.000Z', ends: '2026-11-29T00:30:00.000Z' };
    const events = fake.events.map((event) =>
      event.body.kind === 'asked' ? { ...event, body: { ...event.body, evidence: { announced } } } : event,
    );
    expect(factsOf(events, 'shop').window).to.equal('2026-11-28 22:00 to 2026-11-29 00:30 UTC');
  });

  it('is nothing of a run that was refused: whoever asked was told', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.quarantined.push({ digest: someRelease('2.0.0').artifacts['api']!.digest, because: 'bad', run: 'x' });
    expect((await fake.deploy(someRelease('2.0.0'))).outcome).to.equal('refused');
    expect(told(fake)).to.deep.equal([]);
  });

  it('is the same again for a process that goes on with a journal, so that nothing is told twice', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe') fake.interrupt.abort();
    };
    await fake.deploy(someRelease('2.0.0'));
    const before = dueMessages(fake.events, tells(), 'shop');
    await fake.resume({ interrupt: new AbortController().signal });
    const after = dueMessages(fake.events, tells(), 'shop');
    expect(after.slice(0, before.length)).to.deep.equal(before);
    expect(after.length).to.be.greaterThan(before.length);
  });

  it('has every fact, or a dash for it, from the first event on', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    for (let count = 1; count <= fake.events.length; count += 1) {
      const facts = factsOf(fake.events.slice(0, count), 'shop');
      expect(Object.keys(facts)).to.have.members(messageFacts);
      for (const text of Object.values(facts)) expect(text).not.to.equal('');
    }
    const [line] = progressMessages(fake.events.slice(0, 20), tells(), 'shop', 1);
    expect(line?.title).to.match(/^local: shop 1\.0\.0: /);
  });

  it('fault 63: carries no terminal sequence, no CI command and no template of what a step or a person wrote', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const because = '\u001b[31mred\u001b[0m\n::add-mask::x\n##[group]y {{plan}} \u202eevil' + 'long '.repeat(2_000);
    await fake.start({ ...(await fake.plan(someRelease('2.0.0'))), because });
    for (const { title, text } of dueMessages(fake.events, tells(), 'shop')) {
      expect(`${title}${text}`)
        .not.to.match(/\u202e|^::|##\[/m)
        .and.not.to.contain('\u001b');
      expect(text.length).to.be.below(2_801);
      expect(title).not.to.contain('\n');
    }
    const [begun] = dueMessages(fake.events, tells(), 'shop');
    expect(begun?.text).to.contain('red').and.to.contain('y {{plan}}');
  });

  it('refuses a checklist’s message to somebody who isn’t configured, by file and line', () => {
    const item = checklistItem({ kind: 'message', at: 'begun', to: ['chat', 'nobody'], template: 'x' });
    expect(() => refuseStrangers({ items: [item] }, notify())).to.throw(
      'RELEASE.md:7: a message to nobody, whom the stack file names nowhere',
    );
  });

  it('keeps a checklist’s own words, and fills in each fact once', () => {
    const facts = { ...emptyFacts(), version: '2.0.0', because: '{{version}}' };
    expect(fill('{{ version }} since {{because}}', facts).text).to.equal('2.0.0 since {{version}}');
  });
});

function checklistItem(check: Check): ChecklistItem {
  const place = { file: 'RELEASE.md', line: 7 };
  const lists = { phase: [], environments: [], covers: [], parents: [] };
  return { id: 'x', title: 'x', moment: 'during', role: 'x', optional: false, proposed: false, place, ...lists, check };
}

function emptyFacts() {
  return Object.fromEntries(messageFacts.map((name) => [name, '-'])) as ReturnType<typeof factsOf>;
}

describe('who hears of it', () => {
  const receivers = {
    chat: someone,
    pager: { kind: 'pagerduty', key: 'env:PAGER' },
    issues: { kind: 'github', repository: 'acme/shop', token: 'env:TOKEN', from: 'critical' },
    mail: { kind: 'email', server: 'smtps://mail.example.com', sender: 'a@example.com', to: ['b@example.com'] },
  };

  it('goes by severity where no route says otherwise; lines of progress are for chats', () => {
    const all = notify({ receivers });
    expect(receiversOf(all, 'completed')).to.deep.equal(['chat', 'mail']);
    expect(receiversOf(all, 'progress')).to.deep.equal(['chat']);
    expect(receiversOf(all, 'rolled-back')).to.deep.equal(['chat', 'pager', 'mail']);
    expect(receiversOf(all, 'incident')).to.deep.equal(['chat', 'pager', 'issues', 'mail']);
    const routed = notify({ receivers, routes: { held: ['pager'] }, severities: { completed: 'critical' } });
    expect(receiversOf(routed, 'held')).to.deep.equal(['pager']);
    expect(receiversOf(routed, 'completed')).to.include('issues');
  });

  it('gives whom the checklist names its words instead of the usual ones', () => {
    const words = [{ at: 'completed' as const, to: ['chat', 'gone'], template: '{{version}} is live' }];
    const completed = tellsOf(notify({ receivers }), words).filter(({ moment }) => moment === 'completed');
    expect(completed).to.deep.equal([
      { moment: 'completed', receiver: 'chat', severity: 'low', template: '{{version}} is live' },
      { moment: 'completed', receiver: 'mail', severity: 'low' },
    ]);
  });

  const refused: readonly [why: string, said: Record<string, unknown>, says: RegExp][] = [
    ['a secret in its place', { receivers: { chat: { kind: 'slack', url: 'https://h.example/c4n4ry' } } }, /env:NAME/],
    ['a short key', { receivers: { pager: { kind: 'pagerduty', key: 'c4n4ry' } } }, /env:NAME/],
    ['a password of digits', { receivers: { mail: { ...receivers.mail, user: 'x', password: 44_044 } } }, /env:NAME/],
    [
      'a password in an address',
      { receivers: { mail: { ...receivers.mail, server: 'smtp://x:c4n4ry@h' } } },
      /without/,
    ],
    ['an unknown receiver', { routes: { held: ['pager'] } }, /routes.held.0: expected a receiver \(there is chat\)/],
    [
      'an address that others can read',
      { receivers: { hook: { kind: 'webhook', url: 'http://h.example/', secret: 'env:X' } } },
      /https/,
    ],
    ['a user without a password', { receivers: { mail: { ...receivers.mail, user: 'x' } } }, /user and password/],
  ];
  for (const [why, said, says] of refused) {
    it(`is refused for ${why}, and the secret is not quoted`, () => {
      let error = 'accepted';
      try {
        notify(said);
      } catch (refusal) {
        error = String(refusal);
      }
      expect(error).to.match(says);
      expect(error).not.to.match(/c4n4ry|44044|44_044/);
    });
  }
});
