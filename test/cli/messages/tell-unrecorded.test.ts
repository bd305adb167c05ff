import { expect } from 'chai';
import { tellUnrecorded } from '../../../cli/messages/tell-unrecorded.js';
import { environmentConfigurationSchema } from '../../../contract/configuration.js';
import type { Message } from '../../../contract/outbox.js';
import { parse } from '../../../contract/parse.js';
import { NotTakenError } from '../../../messages/receiver.js';
import { somePlan } from '../../support/stored-journal.js';

const configuration = parse(
  environmentConfigurationSchema,
  {
    platform: 'local',
    product: 'shop',
    backend: 'file://state',
    store: '.crossfade/store',
    secretsProvider: 'passphrase',
    services: { api: { kind: 'routed', path: '/' } },
    notify: {
      receivers: {
        chat: { kind: 'slack', url: 'env:CHAT' },
        pager: { kind: 'pagerduty', key: 'env:KEY' },
        all: { kind: 'slack', url: 'env:ALL', from: 'critical' },
      },
    },
  },
  'test',
);

describe('a rollback that no journal has', () => {
  const told = async (outcome: 'rolled-back' | 'rollback-failed', refuses: readonly string[] = []) => {
    const taken: Message[] = [];
    const said: string[] = [];
    const receiver = (name: string) =>
      Promise.resolve({
        send: (message: Message) => {
          if (refuses.includes(name)) return Promise.reject(new NotTakenError('answered 503'));
          taken.push(message);
          return Promise.resolve({});
        },
      });
    const ended = { outcome, because: 'complaints', weights: { blue: 100, green: 0 } };
    const unrecorded = { plan: await somePlan(), ended, why: 'the disk is full' };
    await tellUnrecorded({ name: 'production', configuration }, { receiver }, unrecorded, (line) => said.push(line));
    return { taken, said };
  };

  it('is told to those who hear of rollbacks, with what became of the traffic and why it is not on record', async () => {
    const { taken, said } = await told('rolled-back');
    expect(taken.map(({ receiver, severity }) => `${receiver} ${severity}`)).to.have.members([
      'chat high',
      'pager high',
    ]);
    expect(taken[0]?.title).to.equal('production: shop: users are back, and it is not on record');
    expect(taken[0]?.text)
      .to.contain('now: blue 100 % / green 0 %')
      .and.to.contain('complaints')
      .and.to.contain('not recorded, because the disk is full');
    expect(said).to.deep.equal([]);
  });

  it('is an incident where it failed', async () => {
    const { taken } = await told('rollback-failed');
    expect(taken.map(({ receiver, moment }) => `${receiver} ${moment}`)).to.have.members([
      'chat incident',
      'pager incident',
      'all incident',
    ]);
    expect(taken[0]?.title).to.contain('THE ROLLBACK FAILED');
  });

  it('says who was not told, because nothing tries again', async () => {
    const { taken, said } = await told('rolled-back', ['pager']);
    expect(taken.map(({ receiver }) => receiver)).to.deep.equal(['chat']);
    expect(said.join()).to.match(/^pager was not told that '.*', and will not be: answered 503$/);
  });
});
