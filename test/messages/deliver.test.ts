import { expect } from 'chai';
import { mostLetters, queueMessages, readOutbox } from '../../journal/outbox.js';
import { untoldLetters } from '../../journal/untold.js';
import { deliver, type Delivering } from '../../messages/deliver.js';
import { NotTakenError, type Receiver } from '../../messages/receiver.js';
import type { Message } from '../../contract/outbox.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-store.js';
import { someMessage } from '../support/some-message.js';

const run = 'production-20260101t000000z-aaaaaa';

/** A store, a wall clock that stands still, and receivers that keep what they took. */
class Office {
  readonly store = new MemoryStore();
  readonly clock = new ManualClock();
  readonly taken: Message[] = [];
  /** Why a receiver takes nothing at the moment. */
  readonly refuses = new Map<string, string>();
  readonly issues = new Set<string>();

  async queue(...messages: Partial<Message>[]): Promise<{ leftOut: number }> {
    const whole = messages.map((message) => someMessage(message));
    return queueMessages(this.store, 'production', run, whole, this.clock.now());
  }

  async deliver(changes: Partial<Delivering> = {}) {
    return deliver({
      store: this.store,
      environment: 'production',
      outbox: run,
      clock: this.clock,
      by: 'ada',
      receiver: (name) => Promise.resolve(this.receiver(name)),
      opensIssue: (name) => this.issues.has(name),
      signal: new AbortController().signal,
      ...changes,
    });
  }

  receiver(name: string): Receiver {
    return {
      send: async (message) => {
        await Promise.resolve();
        const why = this.refuses.get(name);
        if (why !== undefined) throw new NotTakenError(why);
        this.taken.push(message);
        return this.issues.has(name) ? { reference: 'https://github.com/acme/shop/issues/1' } : {};
      },
    };
  }

  after(seconds: number): void {
    this.clock.setWall(new Date(this.clock.now().getTime() + seconds * 1_000).toISOString());
  }

  words(): string[] {
    return this.taken.map(({ receiver, id }) => `${receiver} ${id}`);
  }
}

describe('the outbox', () => {
  it('queues a message once for each receiver, however often it is asked to', async () => {
    const office = new Office();
    await office.queue({}, { receiver: 'mail' });
    await office.queue({}, { receiver: 'mail' });
    await office.deliver();
    await office.queue({});
    await office.deliver();
    expect(office.words()).to.have.members(['chat completed-41', 'mail completed-41']);
  });

  it('tries again with growing pauses, in order, and lets no receiver wait for another', async () => {
    const office = new Office();
    office.refuses.set('chat', 'answered 500');
    await office.queue({ id: 'begun-1' }, { id: 'completed-9' }, { id: 'begun-1', receiver: 'mail' });
    await office.deliver();
    expect(office.words()).to.deep.equal(['mail begun-1']);
    await office.deliver();
    const [first, second] = (await readOutbox(office.store, 'production', run)).letters;
    expect(first).to.include({ attempts: 1, says: 'answered 500', status: 'waiting' });
    expect(second).to.include({ attempts: 0 });
    office.after(2);
    await office.deliver();
    office.after(3);
    await office.deliver();
    expect((await readOutbox(office.store, 'production', run)).letters[0]).to.include({ attempts: 2 });
    office.refuses.clear();
    office.after(1);
    await office.deliver();
    expect(office.words()).to.deep.equal(['mail begun-1', 'chat begun-1', 'chat completed-9']);
  });

  it('fault 57: gives a message up after a day, and keeps showing that nobody got it', async () => {
    const office = new Office();
    office.refuses.set('chat', 'answered 404');
    await office.queue({});
    for (let hours = 0; hours < 27; hours += 1) {
      await office.deliver();
      office.after(3_600);
    }
    const [letter, ...others] = await untoldLetters(office.store, 'production', office.clock.now());
    expect(others).to.deep.equal([]);
    expect(letter).to.include({ status: 'given-up' });
    expect(letter?.says).to.match(/^given up after 25 tries in 24 h: answered 404$/);
  });

  it('sends each message once when two processes deliver at the same time', async () => {
    const office = new Office();
    await office.queue(
      ...Array.from({ length: 12 }, (_, index) => ({ id: `progress-${index}`, receiver: `r${index % 3}` })),
    );
    await Promise.all([office.deliver({ by: 'run' }), office.deliver({ by: 'tick' }), office.deliver({ by: 'cron' })]);
    await office.deliver();
    expect(office.words()).to.have.lengthOf(12);
    expect(new Set(office.words()).size).to.equal(12);
  });

  it('takes over what a process that died had begun to send, once its time is over', async () => {
    const office = new Office();
    await office.queue({});
    const dies = () => Promise.resolve({ send: () => Promise.reject(new Error('killed')) });
    await office.deliver({ receiver: dies }).catch(() => undefined);
    await office.deliver();
    expect(office.words()).to.deep.equal([]);
    office.after(61);
    await office.deliver();
    expect(office.words()).to.deep.equal(['chat completed-41']);
  });

  it('opens the issue before others are told where it is', async () => {
    const office = new Office();
    office.issues.add('issues');
    const text = 'look at {{issue}}';
    await office.queue({ id: 'incident-3', text }, { id: 'incident-3', text, receiver: 'issues' });
    await office.deliver();
    expect(office.words()).to.deep.equal(['issues incident-3', 'chat incident-3']);
    expect(office.taken[1]).to.deep.include({ text: 'look at https://github.com/acme/shop/issues/1' });
  });

  it('tells without the issue when that can’t be opened', async () => {
    const office = new Office();
    office.issues.add('issues');
    office.refuses.set('issues', 'answered 401');
    await office.queue({ id: 'incident-3', text: '{{issue}}' }, { id: 'incident-3', receiver: 'issues' });
    await office.deliver();
    expect(office.taken.map(({ text }) => text)).to.deep.equal(['no issue is open']);
  });

  it('drops a line of progress for a newer one', async () => {
    const office = new Office();
    await office.queue({ id: 'progress-1', moment: 'progress' }, { id: 'progress-2', moment: 'progress' });
    const { letters } = await readOutbox(office.store, 'production', run);
    expect(letters.map(({ status }) => status)).to.deep.equal(['superseded', 'waiting']);
  });

  it('is bounded, and says what it did not take', async () => {
    const office = new Office();
    const many = Array.from({ length: mostLetters + 3 }, (_, index) => ({ id: `x-${index}` }));
    expect(await office.queue(...many)).to.deep.equal({ leftOut: 3 });
  });
});
