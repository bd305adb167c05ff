import { expect } from 'chai';
import { fire, type World } from '../../../components/aws/dead-mans-switch/fire.mjs';
import { armedSwitchPayloadSchema, firedSwitchKey, firedSwitchSchema } from '../../../contract/armed-switch.js';
import type { Colour } from '../../../contract/colour.js';
import { canonicalJson, digestOf } from '../../../contract/json.js';
import { leaseSchema } from '../../../contract/lease.js';
import { eventSchema } from '../../../contract/event.js';

const alarms = { blue: 'arn:aws:cloudwatch:::alarm:blue-bad', green: 'arn:aws:cloudwatch:::alarm:green-bad' };
const now = Date.parse('2026-01-01T12:00:00.000Z');

const armed = armedSwitchPayloadSchema.parse({
  kind: 'deadline',
  run: 'run-1',
  token: 4,
  returnTo: { blue: 100, green: 0 },
  routes: ['api', 'web'].map((service) => ({
    service,
    ruleArn: `rule/${service}`,
    targets: [
      { targetGroupArn: `${service}-blue`, weight: 100 },
      { targetGroupArn: `${service}-green`, weight: 0 },
    ],
  })),
});

const lease = leaseSchema.parse({
  format: 1,
  environment: 'production',
  token: 4,
  renewal: 7,
  holder: { run: 'run-1', by: 'ada', host: 'runner', process: 1, since: '2026-01-01T11:00:00.000Z' },
  term: 15_000,
  head: { run: 'run-1', sequence: 1, hash: digestOf('x') },
});

const lastLine = canonicalJson({ any: 'line' });

/** Everything that the switch touches, in memory. */
class FakeWorld implements World {
  readonly environment = 'production';
  readonly alarms = alarms;
  armedAt: number | undefined = now - 1_000;
  input: unknown = armed;
  states: Record<Colour, string> = { blue: 'OK', green: 'ALARM' };
  readonly objects = new Map<string, string>([
    ['leases/production/000000008.json', `${canonicalJson(lease)}\n`],
    ['journals/run-1/000000001.json', `${lastLine}\n`],
  ]);
  readonly rules = new Map<string, readonly number[]>();
  readonly pages: { subject: string; text: string }[] = [];
  readonly order: string[] = [];
  ruleFailures = 0;
  storeFails = false;
  pageFails = false;

  now = () => new Date(now);
  sleep = () => Promise.resolve();
  schedule = () => Promise.resolve(this.armedAt === undefined ? undefined : { input: this.input, at: this.armedAt });
  alarmState = (colour: Colour) => Promise.resolve(this.states[colour]);

  writeRule = (route: (typeof armed.routes)[number]) => {
    if (this.ruleFailures > 0) {
      this.ruleFailures -= 1;
      return Promise.reject(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    }
    this.order.push(route.ruleArn);
    this.rules.set(
      route.ruleArn,
      route.targets.map((target) => target.weight),
    );
    return Promise.resolve();
  };

  page = (subject: string, text: string) => {
    if (this.pageFails) return Promise.reject(new Error('no topic'));
    this.pages.push({ subject, text });
    return Promise.resolve();
  };

  readonly store: World['store'] = {
    last: (stream) => {
      this.#refuse();
      const numbers = [...this.objects.keys()].flatMap((key) =>
        key.startsWith(`${stream}/`) ? [Number(key.slice(stream.length + 1, -'.json'.length))] : [],
      );
      return Promise.resolve(numbers.length === 0 ? undefined : Math.max(...numbers));
    },
    get: (key) => Promise.resolve(this.objects.get(key)),
    put: (key, text) => {
      this.#refuse();
      this.objects.set(key, text);
      return Promise.resolve();
    },
    putOnce: (key, text) => {
      this.#refuse();
      if (this.objects.has(key)) return Promise.resolve('exists');
      this.objects.set(key, text);
      this.order.push(key);
      return Promise.resolve('written');
    },
  };

  #refuse(): void {
    if (this.storeFails) throw Object.assign(new Error('unreachable'), { name: 'TimeoutError' });
  }
}

const greenAlarm = { resources: [alarms.green], detail: { state: { value: 'ALARM' } } };

describe("the dead man's switch", () => {
  let world: FakeWorld;
  beforeEach(() => {
    world = new FakeWorld();
  });

  it('takes the next token, then writes every rule, then says so in the journal', async () => {
    expect((await fire(armed, world)).did).to.equal('went back');
    expect(world.order).to.deep.equal([
      'leases/production/000000009.json',
      'rule/api',
      'rule/web',
      'journals/run-1/000000002.json',
    ]);
    expect(world.rules.get('rule/api')).to.deep.equal([100, 0]);
    const taken = leaseSchema.parse(JSON.parse(world.objects.get('leases/production/000000009.json')!));
    expect(taken).to.deep.equal({ ...lease, token: 5, renewal: 0, holder: null });
    expect(world.pages.map((page) => page.subject)).to.deep.equal([
      'production: traffic went back to blue 100 % / green 0 %',
    ]);
  });

  it('continues the chain of the journal, byte for byte as the journal writes', async () => {
    await fire(armed, world);
    const text = world.objects.get('journals/run-1/000000002.json')!;
    const event = eventSchema.parse(JSON.parse(text));
    expect(text).to.equal(`${canonicalJson(event)}\n`);
    expect(event).to.include({ sequence: 2, token: 5, previous: digestOf(lastLine), by: 'dead-mans-switch' });
    expect(event.body).to.deep.equal({
      kind: 'fired',
      token: 5,
      weights: { blue: 100, green: 0 },
      because: 'the run gave no sign before its deadline',
    });
  });

  it('leaves behind what the pipeline reads', async () => {
    await fire(armed, world);
    const fired = firedSwitchSchema.parse(JSON.parse(world.objects.get(firedSwitchKey('production'))!));
    expect(fired).to.deep.equal({ run: 'run-1', returnTo: armed.returnTo, token: 5, at: '2026-01-01T12:00:00.000Z' });
  });

  it('does nothing when it was disarmed, moved, or armed by another run in the meantime', async () => {
    world.armedAt = undefined;
    expect(await fire(armed, world)).to.deep.equal({ did: 'nothing', because: 'nothing is armed' });
    world.armedAt = now + 30_000;
    expect(await fire(armed, world)).to.deep.equal({ did: 'nothing', because: 'the deadline was moved' });
    world.armedAt = now - 1_000;
    world.input = { ...armed, token: 6 };
    expect(await fire(armed, world)).to.deep.equal({ did: 'nothing', because: 'another run has armed it since' });
    expect(world.rules.size).to.equal(0);
  });

  it('leaves traffic to whoever has taken a higher token', async () => {
    world.objects.set(
      'leases/production/000000009.json',
      canonicalJson({ ...lease, token: 5, holder: { ...lease.holder, run: 'run-2' } }),
    );
    expect((await fire(armed, world)).because).to.match(/token 5 was given out/);
    expect(world.rules.size).to.equal(0);
  });

  it('takes the lease from a holder that renewed it at the same moment', async () => {
    const { store } = world;
    const putOnce = store.putOnce.bind(store);
    let raced = false;
    Object.assign(store, {
      putOnce: (key: string, text: string) => {
        if (!raced && key.startsWith('leases/')) {
          raced = true;
          world.objects.set(key, canonicalJson({ ...lease, renewal: 8 }));
        }
        return putOnce(key, text);
      },
    });
    expect((await fire(armed, world)).did).to.equal('went back');
    expect(JSON.parse(world.objects.get('leases/production/000000010.json')!)).to.include({ token: 5, holder: null });
  });

  it('is not deceived by a number that is free because its renewal was superseded long ago', async () => {
    const { store } = world;
    const putOnce = store.putOnce.bind(store);
    let slept = false;
    Object.assign(store, {
      putOnce: (key: string, text: string) => {
        // Between its look and its write the holder renews a dozen times, and removes what is superseded.
        if (!slept) world.objects.set('leases/production/000000020.json', canonicalJson({ ...lease, renewal: 19 }));
        slept = true;
        return putOnce(key, text);
      },
    });
    expect((await fire(armed, world)).did).to.equal('went back');
    expect(JSON.parse(world.objects.get('leases/production/000000021.json')!)).to.include({ token: 5, holder: null });
  });

  it('writes its event once, though the reply to its write was lost', async () => {
    const { store } = world;
    const putOnce = store.putOnce.bind(store);
    Object.assign(store, {
      putOnce: async (key: string, text: string) => {
        const outcome = await putOnce(key, text);
        return key.startsWith('journals/') ? 'exists' : outcome;
      },
    });
    expect((await fire(armed, world)).because).to.equal('the run gave no sign before its deadline');
    expect(world.objects.has('journals/run-1/000000002.json')).to.equal(true);
    expect(world.objects.has('journals/run-1/000000003.json')).to.equal(false);
  });

  it('moves traffic back although the store does not answer, and pages what could not be written', async () => {
    world.storeFails = true;
    expect((await fire(armed, world)).did).to.equal('went back');
    expect(world.rules.size).to.equal(2);
    expect(world.pages[0]?.text)
      .to.match(/the lease could not be taken/)
      .and.match(/journal could not be written/);
  });

  it('fault 57: moves traffic back although nobody can be paged', async () => {
    world.pageFails = true;
    expect((await fire(armed, world)).because).to.match(/page could not be written/);
    expect(world.rules.size).to.equal(2);
  });

  it('repeats a throttled write', async () => {
    world.ruleFailures = 5;
    expect((await fire(armed, world)).did).to.equal('went back');
    expect(world.rules.size).to.equal(2);
  });

  it('fails, pages and writes nothing down as done when a rule can not be written', async () => {
    world.ruleFailures = 1_000;
    const error: unknown = await fire(armed, world).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal('api: ThrottlingException; web: ThrottlingException');
    expect(world.pages[0]?.subject).to.equal('production: traffic could NOT be moved back');
    expect(world.objects.has(firedSwitchKey('production'))).to.equal(false);
  });

  it('finishes with the token that it took when Lambda calls again after a failure', async () => {
    world.ruleFailures = 1_000;
    await fire(armed, world).catch(() => undefined);
    world.ruleFailures = 0;
    expect((await fire(armed, world)).did).to.equal('went back');
    expect(world.objects.has('leases/production/000000010.json')).to.equal(false);
    expect(world.rules.size).to.equal(2);
  });

  it('fires once', async () => {
    await fire(armed, world);
    world.rules.clear();
    expect((await fire(greenAlarm, world)).did).to.equal('nothing');
    expect(world.rules.size).to.equal(0);
    expect(world.pages).to.have.length(1);
  });

  it('goes back before its deadline when the slot that was given traffic is bad and the other is well', async () => {
    world.armedAt = now + 60_000;
    expect(await fire(greenAlarm, world)).to.deep.include({ did: 'went back', because: 'the alarm of green fired' });
  });

  it('only pages when the slot to return to is bad too, or silent', async () => {
    for (const state of ['ALARM', 'INSUFFICIENT_DATA']) {
      world.states.blue = state;
      expect((await fire(greenAlarm, world)).did).to.equal('paged');
    }
    expect(world.rules.size).to.equal(0);
    expect(world.pages).to.have.length(2);
  });

  it('is not moved by the alarm of the slot that would be returned to', async () => {
    expect((await fire({ resources: [alarms.blue] }, world)).did).to.equal('nothing');
    expect((await fire({}, world)).did).to.equal('nothing');
  });

  it('refuses to act on what it can not read', async () => {
    world.input = { ...armed, returnTo: { blue: 90, green: 0 } };
    const error: unknown = await fire(armed, world).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/unreadable/);
  });
});
