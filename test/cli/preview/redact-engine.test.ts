import { expect } from 'chai';
import { engineRedactor } from '../../../cli/preview/redact-engine.js';

describe('what the engine and a program say, as it is shown', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG';
  const redactor = engineRedactor({
    AWS_SECRET_ACCESS_KEY: secret,
    GITHUB_TOKEN: 'ghs_0123456789',
    PULUMI_CONFIG_PASSPHRASE_FILE: '/run/passphrase',
    TOKEN: 'short',
    HOME: '/home/runner',
  });

  it('fault 61: holds no secret of the environment, in any of its forms', () => {
    const base64 = Buffer.from(secret).toString('base64');
    const shown = redactor.text(
      `violates plan: ${secret} or ${base64} or ${encodeURIComponent(secret)}; ghs_0123456789`,
    );
    for (const form of [secret, base64, encodeURIComponent(secret), 'ghs_']) expect(shown).to.not.contain(form);
  });

  it('keeps what is none: places, and words too short to be told from others', () => {
    const text = '/home/runner read /run/passphrase in a short while';
    expect(redactor.text(text)).to.equal(text);
  });

  it('is obeyed neither by a terminal nor by a runner, and ends', () => {
    const shown = redactor.text(`\u001b[2J\n::add-mask::x\n${'a'.repeat(10_000)}`);
    expect(shown).to.not.contain('\u001b').and.not.match(/^::/m);
    expect(shown.length).to.be.lessThan(4_100);
  });
});
