import { expect } from 'chai';
import fc from 'fast-check';
import { RefusedError } from '../../contract/errors.js';
import type { EventBody } from '../../contract/event.js';
import { Redactor } from '../../journal/redact.js';
import { redactEvents } from '../../journal/redact-event.js';
import { planned, somePlan } from '../support/stored-journal.js';

const secret = 'pä55/w+rd "q" ~&=%\\end';
const escape = '\u001b';

describe('fault 61: redaction', () => {
  const redactor = new Redactor([secret]);
  const hidden = (text: string): void => {
    const redacted = redactor.text(text);
    expect(redacted).to.contain('***');
    expect(redacted).to.not.contain(secret.slice(0, 8));
  };

  const bytes = Buffer.from(secret);
  const forms: Record<string, string> = {
    'as it is': secret,
    'in JSON': JSON.stringify({ password: secret }),
    'in JSON in JSON': JSON.stringify({ body: JSON.stringify({ password: secret }) }),
    'URL-encoded': encodeURIComponent(secret),
    'URL-encoded in lower case': encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    'as a form': new URLSearchParams({ password: secret }).toString(),
    'in a URI': encodeURI(secret),
    'in hex': bytes.toString('hex'),
    'in HEX': bytes.toString('hex').toUpperCase(),
    'in base64': bytes.toString('base64'),
    'in base64url': bytes.toString('base64url'),
  };

  for (const [name, form] of Object.entries(forms)) {
    it(`masks a secret ${name}`, () => {
      hidden(`before ${form} after`);
      expect(redactor.text(`before ${form} after`)).to.match(/^before .*\*\*\*.* after$/);
    });
  }

  for (const before of ['', 'u', 'us', 'user:', 'users:']) {
    it(`masks a secret inside of base64, ${before.length} bytes after its beginning`, () => {
      const text = Buffer.from(`${before}${secret} and more`).toString('base64');
      const left = redactor.text(text);
      expect(left).to.contain('***');
      const decoded = left.split('***').map((part) => Buffer.from(part, 'base64').toString('latin1'));
      for (const part of decoded) expect(part).to.not.contain('55/w').and.to.not.contain('rd "');
      expect(redactor.text(Buffer.from(`${before}${secret} and more`).toString('base64url'))).to.contain('***');
    });
  }

  it('masks every line of a key that has several', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAoI\n-----END KEY-----\n';
    expect(new Redactor([key]).text('line 2 was BAQEFAASCBKcwggSjAgEAAoI.')).to.equal('line 2 was ***.');
  });

  it('masks the longer of two secrets where one contains the other', () => {
    expect(new Redactor(['tiger', 'tigerlily']).text('a tigerlily, a tiger')).to.equal('a ***, a ***');
  });

  it('finds a secret that terminal sequences cut in pieces', () => {
    expect(new Redactor(['swordfish']).text(`sword${escape}[31mfish${escape}[0m`)).to.equal('***');
  });

  it('masks names and values at any depth of evidence, and leaves numbers alone', () => {
    const evidence = { list: [{ [`of ${secret}`]: `is ${secret}` }], count: 3, none: null, yes: true };
    expect(redactor.json(evidence)).to.deep.equal({ list: [{ 'of ***': 'is ***' }], count: 3, none: null, yes: true });
  });

  it('leaves text without secrets as it is', () => {
    expect(redactor.text('p95 412 ms, 3 of 1200 failed: 世界 🎉\n\tindented')).to.equal(
      'p95 412 ms, 3 of 1200 failed: 世界 🎉\n\tindented',
    );
    expect(new Redactor([]).text('plain')).to.equal('plain');
  });

  it('caps the length only after masking, so that no cut secret is left', () => {
    const redacted = new Redactor(['swordfish']).text(`${'x'.repeat(16)}swordfish${'y'.repeat(50)}`, 20);
    expect(redacted).to.equal(`${'x'.repeat(16)}***y… (49 characters more)`);
  });

  describe('fault 63: of hostile output', () => {
    const cases: Record<string, readonly [string, string]> = {
      'a command to GitHub': ['::set-env name=PATH::/tmp', ': :set-env name=PATH::/tmp'],
      'an indented command': ['ok\n  ::add-mask::x', 'ok\n  : :add-mask::x'],
      'a command after a bare carriage return': ['50 %\r::error::x', '50 %\n: :error::x'],
      'an old command': ['text ##[set-env name=A;]b', 'text # #[set-env name=A;]b'],
      'a command to Azure': ['##vso[task.setvariable]x', '# #vso[task.setvariable]x'],
      'a command behind a colour': [`${escape}[31m::error::x`, ': :error::x'],
      'a window title': [`${escape}]0;title\u0007text`, 'text'],
      'a link': [`${escape}]8;;http://x${escape}\\text`, 'text'],
      'a cursor movement': [`a${escape}[2K${escape}[1Ab`, 'ab'],
      'a control byte of eight bits': ['a\u009b31mb', 'ab'],
      'text from right to left': ['a\u202eb\u2066c', 'abc'],
      'a NUL and a bell': ['a\0b\u0007c', 'abc'],
    };
    for (const [name, [text, expected]] of Object.entries(cases)) {
      it(`disarms ${name}`, () => {
        expect(new Redactor([]).text(text)).to.equal(expected);
      });
    }
  });

  describe('of a stream', () => {
    const piecewise = (by: Redactor, chunks: readonly string[], limit?: number): string => {
      const stream = by.stream(limit);
      return chunks.map((chunk) => stream.push(chunk)).join('') + stream.end();
    };

    it('masks a secret wherever the pieces are cut', () => {
      const text = `one ${secret}\ntwo ${encodeURIComponent(secret)} three`;
      for (let cut = 0; cut <= text.length; cut += 1) {
        expect(piecewise(redactor, [text.slice(0, cut), text.slice(cut)])).to.equal('one ***\ntwo *** three');
      }
    });

    it('gives out lines before the end', () => {
      const stream = new Redactor(['swordfish']).stream();
      expect(stream.push('a first line\na second line that is long')).to.equal('a first line\n');
    });

    it('gives out a line that never ends, without cutting a secret or a command in two', () => {
      const by = new Redactor(['swordfish']);
      const text = `${'x'.repeat(8_100)}swordfish##[cmd]`.repeat(5);
      expect(piecewise(by, text.match(/.{1,37}/g) ?? [], 100_000)).to.equal(by.text(text, 100_000));
    });

    it('holds back what may be the beginning of a secret, wherever a line that never ends is cut', () => {
      const by = new Redactor(['swordfish']);
      for (let before = 8_180; before < 8_230; before += 1) {
        const text = `${'x'.repeat(before)}swordfish${'y'.repeat(60)}`;
        expect(piecewise(by, text.match(/.{1,50}/g) ?? [], 100_000)).to.not.match(/sword|fish/);
      }
    });

    it('holds back the first lines of a secret that has several', () => {
      const key = 'short\nlines\nof a\nkey';
      const text = `before\n${key}\nafter\n`;
      for (let cut = 0; cut <= text.length; cut += 1) {
        expect(piecewise(new Redactor([key]), [text.slice(0, cut), text.slice(cut)])).to.equal('before\n***\nafter\n');
      }
    });

    it('says once that the rest is left out', () => {
      const by = new Redactor([]);
      const output = piecewise(
        by,
        Array.from({ length: 100 }, (_, line) => `line ${line}\n`),
        20,
      );
      expect(output).to.equal('line 0\nline 1\nline 2\n'.slice(0, 20) + '\n… the rest of this output is left out\n');
    });

    it('says the same in pieces as at once, for any text and any pieces', () => {
      const piece = fc.constantFrom(
        'tiger',
        'ti',
        'ger',
        'lily',
        '::',
        ':',
        '##',
        '[',
        '\n',
        '\r',
        ' ',
        escape,
        '[31m',
        'x',
        '#',
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(80), { maxLength: 8 }), (pieces, cuts) => {
          const by = new Redactor(['tiger', 'tigerlily', '##t']);
          const text = pieces.join('');
          const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
          expect(piecewise(by, chunks)).to.equal(by.text(text));
        }),
        { numRuns: 500 },
      );
    });
  });

  describe('of events', () => {
    const redact = redactEvents(new Redactor(['swordfish']));

    it('masks free text and evidence, and nothing that a fold depends on', () => {
      const passed: EventBody = {
        kind: 'passed',
        step: 'swordfish',
        because: 'swordfish',
        evidence: { a: ['swordfish'] },
      };
      expect(redact(passed)).to.deep.equal({
        kind: 'passed',
        step: 'swordfish',
        because: '***',
        evidence: { a: ['***'] },
      });
      const failed: EventBody = {
        kind: 'failed',
        step: 'migrate',
        failure: { code: 'platform', message: 'no swordfish', hint: 'swordfish?' },
      };
      expect(redact(failed)).to.deep.include({ failure: { code: 'platform', message: 'no ***', hint: '***?' } });
    });

    it('refuses a plan with a secret in it, and says where', async () => {
      const plan = await somePlan();
      expect(redact(planned(plan))).to.deep.equal(planned(plan));
      const step = { ...plan.steps[0]!, arguments: { command: ['psql', 'postgres://app:swordfish@db'] } };
      const leaking = planned({ ...plan, steps: [step, ...plan.steps.slice(1)] });
      expect(() => redact(leaking))
        .to.throw(RefusedError)
        .with.property('message')
        .that.contains('plan.steps.0.arguments.command.1')
        .and.does.not.contain('swordfish');
    });
  });
});
