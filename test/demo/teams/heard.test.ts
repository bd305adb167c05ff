import { expect } from 'chai';
import { heardBy, heardByMail } from '../../../demo/teams/stand-ins/heard.js';

describe('what a stand-in has heard', () => {
  it('is the text of each kind of message', () => {
    const chat = JSON.stringify({ text: 'a', blocks: [{ text: { text: 'a\nb' } }] });
    expect(heardBy('chat', [], chat)).to.deep.equal([{ receiver: 'chat', text: 'a\nb' }]);
    const paged = { event_action: 'trigger', payload: { severity: 'error', custom_details: { text: 'back' } } };
    expect(heardBy('pager', [], JSON.stringify(paged))[0]?.text).to.equal('trigger error: back');
    const path = ['repos', 'acme', 'product', 'issues'];
    expect(heardBy('github', path, '{"title":"t","body":"b"}')).to.deep.equal([{ receiver: 'issues', text: 't\nb' }]);
    expect(heardBy('github', ['graphql'], '{"query":"x"}')).to.deep.equal([]);
    expect(heardBy('flags', ['new'], '{"rollout":10,"enabled":true}')[0]?.text).to.equal('new 10 %');
    expect(heardBy('support', [], '{"text":"t"}')).to.deep.equal([{ receiver: 'support', text: 't' }]);
  });

  it('is nothing where it has another form', () => {
    expect(() => heardBy('chat', [], '{"text":"a"}')).to.throw();
    expect(() => heardBy('flags', ['new'], '{"rollout":"10"}')).to.throw();
  });

  it('is what a mail says, however it is encoded', () => {
    const source = 'Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n1.1.0 is=\r\n live =E2=80=A6\r\n';
    const mail = { from: 'a@example.com', to: ['all@example.com'], user: undefined, source };
    expect(heardByMail(mail)).to.deep.equal({ receiver: 'all', text: '1.1.0 is live …\n' });
  });
});
