import { expect } from 'chai';
import { flagsConfigurationSchema } from '../../../contract/flags-configuration.js';
import { parse } from '../../../contract/parse.js';
import { PlatformError } from '../../../contract/errors.js';
import { openFlags } from '../../../platforms/flags/open-flags.js';
import { UnleashServer } from '../../support/flag-server.js';
import { HttpReceiver } from '../../support/http-receiver.js';
import { rejection } from '../../support/rejection.js';

const patient = (): AbortSignal => AbortSignal.timeout(5_000);
const open = (said: Record<string, unknown>, token = 'user:secret') =>
  openFlags(parse(flagsConfigurationSchema, said, 'test'), () => Promise.resolve(token));

describe('flags at Unleash', () => {
  let server: UnleashServer;
  const flags = (token?: string) =>
    open({ kind: 'unleash', url: server.http.url, token: 'env:TOKEN', environment: 'production' }, token);
  beforeEach(async () => {
    server = await UnleashServer.start();
  });
  afterEach(() => server.http.stop());

  it('are on for as many as the one gradual rollout says, and for nobody where they are off', async () => {
    server.add('checkout', 25);
    server.add('search', 25, false);
    expect(await flags().weights('checkout', patient())).to.equal(25);
    expect(await flags().weights('search', patient())).to.equal(0);
  });

  it('are given to more, keeping what else the strategy says, and switched on where they were off', async () => {
    server.add('checkout', 100, false);
    await flags().shift('checkout', 10, patient());
    expect(server.flags['checkout']).to.deep.equal({
      enabled: true,
      strategies: [
        {
          id: 's1',
          name: 'flexibleRollout',
          parameters: { rollout: '10', stickiness: 'default', groupId: 'checkout' },
        },
      ],
    });
  });

  it('are off at 0, also where nobody can say for how many they were on', async () => {
    server.add('checkout', 50);
    server.flags['checkout']?.strategies.push({ id: 's2', name: 'userWithId', parameters: {} });
    expect(String(await rejection(flags().weights('checkout', patient())))).to.contain('found 2 strategies');
    await flags().shift('checkout', 0, patient());
    expect(server.flags['checkout']?.enabled).to.equal(false);
  });

  it('are not believed to be moved before that is read back', async () => {
    server.add('checkout', 0);
    const { answer } = server.http;
    server.http.answer = (request) => (request.method === 'PUT' ? { status: 200 } : answer(request));
    const error = await rejection(flags().shift('checkout', 10, patient()), PlatformError);
    expect(error.message).to.contain('it is on for 0 % after 10 % were written');
  });

  it('fault 61: say what is wrong without the token, and what a flag that is not there is', async () => {
    const refused = await rejection(flags('user:c4n4ry').weights('checkout', patient()), PlatformError);
    expect(refused.message).to.equal('flag checkout in production: the flag service answered 401');
    const missing = await rejection(flags().weights('nothing', patient()), PlatformError);
    expect(missing.message).to.contain('answered 404');
  });
});

describe('flags at any service with an address for each', () => {
  it('are read at a pointer, and written as the stack file says', async () => {
    const server = await HttpReceiver.start();
    let state: unknown = { state: { rollout: 5 } };
    server.answer = ({ method, body }) => {
      if (method === 'PATCH') state = { state: JSON.parse(body) as unknown };
      return { status: 200, body: JSON.stringify(state) };
    };
    const said = {
      kind: 'http',
      url: `${server.url}/flags/{flag}`,
      token: 'env:TOKEN',
      method: 'PATCH',
      body: { rollout: '{percent}', on: '{on}', key: '{flag}', note: '{percent} of all' },
      percentAt: '/state/rollout',
    };
    try {
      const flags = open(said);
      expect(await flags.weights('new-checkout', patient())).to.equal(5);
      await flags.shift('new-checkout', 50, patient());
      expect(state).to.deep.equal({ state: { rollout: 50, on: true, key: 'new-checkout', note: '{percent} of all' } });
      expect(server.received[0]?.path).to.equal('/flags/new-checkout');
      expect(server.received[0]?.headers.authorization).to.equal('Bearer user:secret');
      state = { state: {} };
      expect(String(await rejection(flags.weights('x', patient())))).to.contain('no percent at /state/rollout');
      server.answer = () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } });
      expect(String(await rejection(flags.weights('x', patient())))).to.contain('answered 302');
    } finally {
      await server.stop();
    }
    const gone = await rejection(open(said).weights('x', patient()), PlatformError);
    expect(gone.message).to.equal('flag x: the flag service can not be reached');
  });
});
