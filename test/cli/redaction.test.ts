import { expect } from 'chai';
import { perform } from '../../cli/run/perform.js';
import type { OpenEnvironment } from '../../cli/open-environment.js';
import { dutiesConfigurationSchema } from '../../contract/duty.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import { notifySchema } from '../../contract/notify.js';
import { parse } from '../../contract/parse.js';
import type { Plan } from '../../contract/plan.js';
import type { Release } from '../../contract/release.js';
import { secretForms } from '../../journal/secret-forms.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { captured } from '../support/command-line.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { MemoryStore } from '../support/memory-store.js';
import { rejection } from '../support/rejection.js';
import { someRelease } from '../support/product.js';

const canary = 'k@nary/+="7 Zürich';
const encoded = {
  plain: canary,
  json: JSON.stringify({ password: canary }),
  url: `postgresql://app:${encodeURIComponent(canary)}@host/shop`,
  form: new URLSearchParams({ password: canary }).toString(),
  base64: `Basic ${Buffer.from(`app:${canary}`).toString('base64')}`,
  hex: Buffer.from(canary).toString('hex'),
};

describe('fault 61: a secret of the environment, told by whatever a deploy touches', () => {
  let fake: FakeRun;
  let store: MemoryStore;

  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    store = new MemoryStore();
  });

  /** Its commands, answers and errors all tell the secret. */
  function leaking(fails: boolean): Platform {
    const { platform } = fake;
    const { database } = platform;
    if (database === undefined) throw new Error('the fake platform has a database');
    return {
      ...platform,
      secrets: { values: () => Promise.resolve([canary, 'blue']) },
      database: {
        ...database,
        migrate(_release, _input, work) {
          for (const [name, text] of Object.entries(encoded)) work.say(`${name}: ${text}`);
          return Promise.resolve({ said: encoded, [canary]: [encoded.base64] });
        },
      },
      slots: {
        ...platform.slots,
        async provision(colour, input, work) {
          const evidence = await platform.slots.provision(colour, input, work);
          if (fails)
            throw new PlatformError(`it last said: ${Object.values(encoded).join(' ')}`, { hint: encoded.url });
          return { ...evidence, log: encoded };
        },
      },
    };
  }

  async function deploy(release: Release, options: { json: boolean; fails: boolean; plan?: (plan: Plan) => Plan }) {
    const platform = leaking(options.fails);
    const run = 'local-20260102t000000z-bbbbbb';
    const plan = async () => (options.plan ?? ((same: Plan) => same))({ ...(await fake.plan(release)), run });
    const environment = environmentOf();
    const exitOf = () => 0 as const;
    return captured(() => perform({ environment, platform, json: options.json, exitOf, conducting: { run, plan } }));
  }

  function environmentOf(): OpenEnvironment {
    const quarantine = { list: () => Promise.resolve([]), add: () => Promise.resolve() };
    const duties = parse(dutiesConfigurationSchema, {}, 'test');
    const configuration = { settings: {}, secrets: {}, notify: parse(notifySchema, {}, 'test'), duties };
    const parts = { name: 'local', store, clock: fake.clock, by: 'ada', quarantine, configuration };
    return parts as unknown as OpenEnvironment;
  }

  async function journals(): Promise<string> {
    const names = await store.list('journals');
    const streams = await Promise.all(names.map((name) => store.read(`journals/${name}`)));
    return streams.flatMap(({ records }) => records.map(({ text }) => text)).join('\n');
  }

  function tells(text: string): string[] {
    return secretForms([canary]).filter((form) => text.includes(form));
  }

  for (const json of [false, true])
    for (const fails of [false, true]) {
      it(`reaches neither journal nor ${json ? '--json' : 'terminal'} of one that ${fails ? 'fails' : 'succeeds'}`, async () => {
        const said = await deploy(someRelease('2.0.0', { migrations: [] }), { json, fails });
        const written = await journals();
        expect(written)
          .to.contain('***')
          .and.to.contain(fails ? '"rolled-back"' : '"completed"');
        expect(tells(written)).to.deep.equal([]);
        expect(tells(said.stdout + said.stderr)).to.deep.equal([]);
      });
    }

  it('is masked without harm to what the record is for: colours and weights stay as they are', async () => {
    await deploy(someRelease('2.0.0'), { json: true, fails: false });
    expect(await journals()).to.contain('"weights":{"blue":0,"green":100}');
  });

  it('refuses a plan that has it, and says where without saying it', async () => {
    const plan = (same: Plan): Plan => ({ ...same, because: `as ${canary} says` });
    const refused = await rejection(deploy(someRelease('2.0.0'), { json: false, fails: false, plan }));
    expect(refused).to.be.instanceOf(RefusedError);
    expect(refused.message).to.contain('plan.because');
    expect(tells(`${refused.message}${refused.stack ?? ''}`)).to.deep.equal([]);
  });

  it('never keeps traffic from going back', async () => {
    await fake.deploy(someRelease('2.0.0'));
    const platform = leaking(false);
    const run = 'local-20260103t000000z-cccccc';
    const plan = async (): Promise<Plan> => ({ ...(await fake.planBack('blue')), run, because: `as ${canary} says` });
    await captured(() =>
      perform({ environment: environmentOf(), platform, json: false, exitOf: () => 0, conducting: { run, plan } }),
    );
    expect(fake.world.weights['api']).to.deep.equal({ blue: 100, green: 0 });
    const written = await journals();
    expect(written).to.contain('"because":"as *** says"');
    expect(tells(written)).to.deep.equal([]);
  });

  it('is not waited for by whoever goes back', async () => {
    await fake.deploy(someRelease('2.0.0'));
    const platform = { ...fake.platform, secrets: { values: () => new Promise<never>(() => undefined) } };
    const run = 'local-20260103t000000z-dddddd';
    const plan = async (): Promise<Plan> => ({ ...(await fake.planBack('blue')), run });
    const conducting = { run, plan, preempt: true };
    await captured(() => perform({ environment: environmentOf(), platform, json: false, exitOf: () => 0, conducting }));
    expect(fake.world.weights['api']).to.deep.equal({ blue: 100, green: 0 });
  });
});
