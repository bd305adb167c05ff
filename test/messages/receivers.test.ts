import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { email } from '../../messages/receivers/email.js';
import { githubIssue } from '../../messages/receivers/github-issue.js';
import { pagerduty } from '../../messages/receivers/pagerduty.js';
import { slack } from '../../messages/receivers/slack.js';
import { webhook } from '../../messages/receivers/webhook.js';
import { NotTakenError, type Receiver } from '../../messages/receiver.js';
import { HttpReceiver } from '../support/http-receiver.js';
import { MailReceiver } from '../support/mail-receiver.js';
import { rejection } from '../support/rejection.js';
import { someMessage } from '../support/some-message.js';

const canary = 'c4n4ry-s3cr3t-0123456789';
const patient = (): AbortSignal => AbortSignal.timeout(5_000);
const nasty = '<!channel> @here <https://evil.example|click> ``` \n# x @acme/team ![](https://evil.example/p.png)';

describe('receivers of messages', () => {
  let server: HttpReceiver;
  beforeEach(async () => {
    server = await HttpReceiver.start();
  });
  afterEach(() => server.stop());

  const send = (receiver: Receiver, changes: Parameters<typeof someMessage>[0] = {}, thread?: string) =>
    receiver.send(someMessage(changes), thread, patient());
  const repository = () => ({ api: server.url, repository: 'acme/shop', labels: ['incident'] });

  it('tell Slack in a plain block, where nothing is a mention or a link', async () => {
    await send(slack(`${server.url}/services/T/B/${canary}`), { title: nasty, text: nasty });
    const [body] = server.bodies;
    expect(server.received[0]?.path).to.equal(`/services/T/B/${canary}`);
    expect(body?.['blocks']).to.deep.equal([
      { type: 'section', text: { type: 'plain_text', text: nasty, emoji: false } },
    ]);
    expect(body?.['text']).to.contain('&lt;!channel&gt;').and.not.to.contain('<');
  });

  it('page PagerDuty once for all that is told of a run, and let a completed run resolve it', async () => {
    const pager = pagerduty(canary, `${server.url}/v2/enqueue`);
    await send(pager, { moment: 'held', severity: 'medium' });
    await send(pager, { moment: 'incident', severity: 'critical' });
    await send(pager, { moment: 'completed' });
    expect(server.bodies.map((body) => [body['event_action'], body['dedup_key'], body['routing_key']])).to.deep.equal(
      ['trigger', 'trigger', 'resolve'].map((action) => [
        action,
        'crossfade/production-20260101t000000z-aaaaaa',
        canary,
      ]),
    );
    expect(server.bodies[1]?.['payload']).to.deep.include({
      summary: 'production: shop 2.4.0 is live',
      severity: 'critical',
      component: 'shop',
      class: 'incident',
    });
  });

  it('sign what a webhook gets, over its id, its time and its bytes', async () => {
    const now = () => new Date('2026-01-01T00:00:10Z');
    await send(webhook(`${server.url}/hook`, `whsec_${Buffer.from(canary).toString('base64')}`, { now }));
    const { headers, body } = server.received[0]!;
    expect(headers['webhook-id']).to.equal('production-20260101t000000z-aaaaaa.completed-41');
    expect(headers['webhook-timestamp']).to.equal('1767225610');
    const signed = `${headers['webhook-id'] as string}.1767225610.${body}`;
    expect(headers['webhook-signature']).to.equal(
      `v1,${createHmac('sha256', Buffer.from(canary)).update(signed).digest('base64')}`,
    );
    expect(JSON.parse(body)).to.deep.include({ type: 'crossfade.completed', title: 'production: shop 2.4.0 is live' });
  });

  it('open one GitHub issue a run, and comment on it afterwards', async () => {
    const address = 'https://github.com/acme/shop/issues/17';
    server.answer = ({ path }) =>
      path.endsWith('/comments')
        ? { status: 201, body: '{"id":1}' }
        : { status: 201, body: JSON.stringify({ number: 17, html_url: address }) };
    const issues = githubIssue(repository(), canary);
    expect(await send(issues)).to.deep.equal({ reference: address });
    expect(await send(issues, {}, address)).to.deep.equal({ reference: address });
    expect(server.received.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'POST /repos/acme/shop/issues',
      'POST /repos/acme/shop/issues/17/comments',
    ]);
    expect(server.received[0]?.headers.authorization).to.equal(`Bearer ${canary}`);
    expect(server.bodies[0]).to.deep.include({ title: 'production: shop 2.4.0 is live', labels: ['incident'] });
  });

  it('fault 63: put what a step printed into an issue as a block of code, with a fence that it can’t close', async () => {
    server.answer = () => ({ status: 201, body: '{"html_url":"https://github.com/acme/shop/issues/1"}' });
    await send(githubIssue(repository(), canary), { text: nasty });
    expect(server.bodies[0]?.['body']).to.equal(`\`\`\`\`text\n${nasty}\n\`\`\`\`\n`);
  });

  it('send mail as plain text, with a login where the server wants one', async () => {
    const server = await MailReceiver.start({ user: 'releases', password: canary });
    try {
      const login = { user: 'releases', password: canary };
      const mail = { server: server.url, sender: 'releases@example.com', to: ['a@example.com', 'b@example.com'] };
      await send(email({ ...mail, login }), { title: 'Größer\r\nBcc: evil@example.com' });
      expect(server.mails).to.have.lengthOf(1);
      const { to, user, source } = server.mails[0]!;
      expect({ to, user }).to.deep.equal({ to: ['a@example.com', 'b@example.com'], user: 'releases' });
      expect(source)
        .to.match(/^Content-Type: text\/plain/m)
        .and.to.contain('in 12 min');
      expect(source).not.to.match(/^Bcc:/m);
      expect(source).to.contain('Message-ID: <production-20260101t000000z-aaaaaa.completed-41@example.com>');
      const refused = await rejection(send(email({ ...mail, login: { user: 'releases', password: 'wrong-canary' } })));
      expect(refused).to.be.instanceOf(NotTakenError);
      expect(String(refused)).to.contain('EAUTH').and.not.to.contain('canary');
    } finally {
      await server.stop();
    }
  });

  it('say that mail was not taken when the server refuses it, or says nothing', async () => {
    const server = await MailReceiver.start();
    try {
      const mailing = email({ server: server.url, login: undefined, sender: 'a@example.com', to: ['b@example.com'] });
      server.mood = 'refuse';
      expect(String(await rejection(send(mailing)))).to.contain('451');
      server.mood = 'hang';
      const late = await rejection(mailing.send(someMessage(), undefined, AbortSignal.timeout(100)));
      expect(String(late)).to.contain('did not answer in time');
    } finally {
      await server.stop();
    }
  });

  const open: Readonly<Record<string, () => Receiver>> = {
    slack: () => slack(`${server.url}/services/${canary}`),
    pagerduty: () => pagerduty(canary, server.url),
    webhook: () => webhook(server.url, canary, { now: () => new Date() }),
    github: () => githubIssue(repository(), canary),
  };
  for (const [name, receiver] of Object.entries(open)) {
    it(`fault 61: never show ${name}'s secret when it is not taken, whatever the answer quotes`, async () => {
      const quoting = `no such ${canary} ${Buffer.from(canary).toString('base64')} ${encodeURIComponent(server.url)}`;
      server.answer = () => ({ status: 403, body: quoting });
      const refused = await rejection(send(receiver()));
      expect(refused).to.be.instanceOf(NotTakenError);
      expect(String(refused)).to.contain('answered 403: no such ***').and.not.to.contain(canary);
      expect(String(refused)).not.to.contain(Buffer.from(canary).toString('base64'));
    });

    it(`fault 64: send ${name}'s message nowhere else, whatever is redirected`, async () => {
      const elsewhere = await HttpReceiver.start();
      server.answer = () => ({ status: 307, headers: { location: elsewhere.url } });
      expect(String(await rejection(send(receiver())))).to.contain('answered 307');
      expect(elsewhere.received).to.deep.equal([]);
      await elsewhere.stop();
    });
  }

  it('say so when nobody listens, the line is cut, or no answer comes', async () => {
    const chat = slack(`${server.url}/${canary}`);
    server.answer = () => 'reset';
    expect(String(await rejection(send(chat))))
      .to.contain('could not be reached')
      .and.not.to.contain(canary);
    server.answer = () => 'never';
    const late = await rejection(chat.send(someMessage(), undefined, AbortSignal.timeout(50)));
    expect(String(late)).to.contain('stopped before it had answered');
    await server.stop();
    const gone = await rejection(send(chat));
    expect(String(gone)).to.contain('ECONNREFUSED').and.not.to.contain(canary);
    server = await HttpReceiver.start();
  });
});
