import { expect } from 'chai';
import { Messenger } from '../../../cli/messages/messenger.js';
import { tellsOf } from '../../../cli/messages/tells-of.js';
import { conduct } from '../../../cli/run/conduct.js';
import { systemClock } from '../../../cli/run/system-clock.js';
import { notifySchema } from '../../../contract/notify.js';
import { parse } from '../../../contract/parse.js';
import type { Event } from '../../../contract/event.js';
import { readOutbox } from '../../../journal/outbox.js';
import { newRunId } from '../../../journal/run-id.js';
import { untoldLetters } from '../../../journal/untold.js';
import { deliver, type Delivering } from '../../../messages/deliver.js';
import { slack } from '../../../messages/receivers/slack.js';
import type { Receiver } from '../../../messages/receiver.js';
import { planDeploy } from '../../../pipeline/plan-deploy.js';
import type { Clock } from '../../../pipeline/ports/clock.js';
import { FakeClock } from '../../support/fake-clock.js';
import { emptyWorld, fakePlatform } from '../../support/fake-platform.js';
import { HttpReceiver } from '../../support/http-receiver.js';
import { MemoryStore } from '../../support/memory-store.js';
import { localOutputs, someRelease, someRules, someServices, someSettings } from '../../support/product.js';

const run = newRunId('local', new Date());
const notify = parse(notifySchema, { receivers: { chat: { kind: 'slack', url: 'env:CHAT' } } }, 'test');

/** A deploy on a fake world, told to a receiver by a messenger on the machine's own clock. */
class Scene {
  readonly store = new MemoryStore();
  readonly world = emptyWorld(someServices());
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly events: Event[] = [];

  delivering(receiver: Receiver, clock: Clock): Omit<Delivering, 'signal'> {
    return {
      store: this.store,
      environment: 'local',
      outbox: run,
      clock,
      by: 'ada',
      receiver: () => Promise.resolve(receiver),
      opensIssue: () => false,
    };
  }

  messenger(receiver: Receiver, clock: Clock = systemClock, every = 3_600_000): Messenger {
    return new Messenger({
      ...this.delivering(receiver, clock),
      clock,
      run,
      product: 'shop',
      every,
      tells: () => tellsOf(notify, []),
      say: (line) => this.said.push(line),
    });
  }

  async deploy(messenger?: Messenger): Promise<string> {
    const platform = fakePlatform(this.world);
    this.clock.onAdvance = (time) => platform.advanceTo(time);
    const ended = await conduct({
      store: this.store,
      clock: this.clock,
      platform,
      quarantine: { list: () => Promise.resolve([]), add: () => Promise.resolve() },
      environment: 'local',
      by: 'ada',
      run,
      plan: async () =>
        planDeploy({
          run,
          environment: 'local',
          outputs: localOutputs(this.world.services),
          rules: someRules(),
          affinity: 'none',
          reading: await platform.traffic.read(),
          slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
          requestedBy: 'ada',
          because: 'a test',
          now: this.clock.now(),
          release: someRelease('1.0.0'),
          settings: someSettings(),
        }),
      interrupt: new AbortController().signal,
      onEvent: (event) => {
        this.events.push(event);
        messenger?.event(event);
      },
      say: () => undefined,
    });
    return ended.outcome;
  }

  statuses = async (): Promise<string[]> =>
    (await readOutbox(this.store, 'local', run)).letters.map(({ message, status }) => `${message.moment} ${status}`);
}

describe('a messenger beside a run', () => {
  let server: HttpReceiver;
  beforeEach(async () => {
    server = await HttpReceiver.start();
  });
  afterEach(() => server.stop());
  const titles = (): unknown[] => server.bodies.map((body) => body['text']);

  it('tells what the run says, in order', async () => {
    const scene = new Scene();
    const messenger = scene.messenger(slack(server.url));
    expect(await scene.deploy(messenger)).to.equal('completed');
    await messenger.finish();
    expect(titles()).to.deep.equal(['local: deploy of shop 1.0.0 has begun', 'local: deploy of shop 1.0.0 completed']);
    expect(await scene.statuses()).to.deep.equal(['begun delivered', 'completed delivered']);
    expect(scene.said).to.deep.equal([]);
  });

  const moods = { hanging: 'never', refusing: { status: 500, body: 'no' }, cut: 'reset' } as const;
  for (const [mood, answer] of Object.entries(moods)) {
    it(`fault 57: delays and fails nothing when the endpoint is ${mood}, and the message is told later`, async () => {
      const quiet = new Scene();
      await quiet.deploy();
      const scene = new Scene();
      server.answer = () => answer;
      const messenger = scene.messenger(slack(server.url));
      expect(await scene.deploy(messenger)).to.equal('completed');
      expect(scene.events.map(({ at, body }) => [at, body.kind])).to.deep.equal(
        quiet.events.map(({ at, body }) => [at, body.kind]),
      );
      const began = performance.now();
      await messenger.finish(50);
      expect(performance.now() - began).to.be.below(1_000);
      const soon = new Date(Date.now() + 61_000);
      const untold = await untoldLetters(scene.store, 'local', soon);
      expect(untold.map(({ message }) => message.moment)).to.deep.equal(['begun', 'completed']);
      expect(scene.said[0]).to.match(/^chat was not told yet that 'local: deploy of shop 1\.0\.0 has begun'/);
      server.answer = () => ({ status: 200 });
      server.received.length = 0;
      const later = { ...systemClock, now: () => soon };
      await deliver({ ...scene.delivering(slack(server.url), later), signal: AbortSignal.timeout(5_000) });
      expect(titles()).to.deep.equal([
        'local: deploy of shop 1.0.0 has begun',
        'local: deploy of shop 1.0.0 completed',
      ]);
      expect(await untoldLetters(scene.store, 'local', soon)).to.deep.equal([]);
    });
  }

  it('fault 57: fails nothing when the store takes no message, and says so', async () => {
    const scene = new Scene();
    const append = scene.store.append.bind(scene.store);
    scene.store.append = (stream, sequence, text) =>
      stream.startsWith('outbox/') ? Promise.reject(new Error('no space')) : append(stream, sequence, text);
    const messenger = scene.messenger(slack(server.url));
    expect(await scene.deploy(messenger)).to.equal('completed');
    await messenger.finish(50);
    expect(scene.said[0]).to.equal('messages: no space');
  });

  it('tells progress every so often while the run goes on, the newest line only', async () => {
    const scene = new Scene();
    const taken: string[] = [];
    const chat: Receiver = {
      send: ({ moment }) => {
        taken.push(moment);
        return Promise.resolve({});
      },
    };
    const clock = new FakeClock();
    const messenger = scene.messenger(chat, clock, 60_000);
    await scene.deploy();
    for (const event of scene.events.slice(0, 12)) messenger.event(event);
    await clock.sleep(200_000);
    await messenger.finish();
    expect(taken.filter((moment) => moment === 'progress').length).to.be.within(2, 4);
  });

  it('goes on with the outbox of a process that was killed before it had told the beginning', async () => {
    const scene = new Scene();
    await scene.deploy();
    const messenger = scene.messenger(slack(server.url));
    messenger.event(scene.events.at(-1)!);
    await messenger.finish();
    expect(await scene.statuses()).to.deep.equal(['begun delivered', 'completed delivered']);
  });
});
