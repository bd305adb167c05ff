import { expect } from 'chai';
import { notifySchema } from '../../contract/notify.js';

const mail = (server: string) =>
  notifySchema.safeParse({
    receivers: { mail: { kind: 'email', server, sender: 'releases@example.com', to: ['all@example.com'] } },
  });

describe('a mail server in the stack file', () => {
  it('is an address of SMTP', () => {
    expect(mail('smtp://mail.example.com:587').success).to.equal(true);
  });

  for (const server of ['nonsense', 'https://mail.example.com', 'smtps://user:word@mail.example.com']) {
    it(`is refused in words as ${server}`, () => {
      expect(mail(server).error?.issues.map(({ path }) => path.join('.'))).to.include('receivers.mail.server');
    });
  }
});
