import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { expect } from 'chai';
import type { EventBody } from '../../../contract/event.js';
import type { Proof } from '../../../cli/report/report.js';
import { renderReport } from '../../../cli/report/render-report.js';
import { styles } from '../../../cli/report/page/styles.js';
import { journals, reworded } from '../../support/journals.js';

const hash = `sha256:${'ab'.repeat(32)}`;
const proof: Proof = { head: { sequence: 52, hash }, findings: [], provenTo: 52 };

function scriptsOf(html: string): string[] {
  return [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text ?? '');
}

/** The page as a reader sees it: no scripts, styles or tags. */
function textOf(html: string): string {
  return html
    .replace(/<(script|style)\b.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('renderReport', () => {
  for (const [name, journal] of Object.entries(journals)) {
    it(`renders the journal '${name}' as one page that loads nothing and has headings, captions and no gaps`, async () => {
      const html = renderReport(await journal(), proof);
      const markup = html.replace(/<script.*?<\/script>/gs, '');
      expect(markup).to.not.match(/\b(src|href)=|url\(|@import/);
      expect(html.match(/<h1>/g)).to.have.length(1);
      expect(html.match(/<table/g)?.length).to.equal(html.match(/<caption>/g)?.length);
      expect(html.match(/<h2 id="\w+">/g)).to.have.length(7);
      expect(textOf(html)).to.not.match(/undefined|\[object|NaN|Infinity/);
      expect(html).to.contain('</html>');
    });
  }

  it('lets its own two scripts run and nothing else', async () => {
    const html = renderReport(await journals.first(), proof);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const allowed = scriptsOf(html).map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(allowed).to.have.length(2);
    expect(policy)
      .to.contain("default-src 'none'")
      .and.contain(`script-src ${allowed.join(' ')};`);
    for (const text of scriptsOf(html)) expect(() => new Script(text)).to.not.throw();
  });

  it('gives the chart what the table beside it says', async () => {
    const html = renderReport(await journals.rolledBack(), proof);
    const data: unknown = JSON.parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '');
    expect(data).to.deep.include({ to: 'green', from: 'blue', share: [0, 10, 0, 0], whole: [100, 100, 100, 100] });
  });

  it('treats every word of a journal as data', async () => {
    const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&\u001b[31m\u202E::set-env name=PATH::/tmp </title></style>`;
    const events = reworded(await journals.rolledBack(), (body): EventBody => {
      switch (body.kind) {
        case 'planned': {
          const { input } = body.plan;
          if (input === null) throw new Error('this journal has an input');
          const release = { ...input.release, commit: { sha: evil.slice(0, 64), author: evil } };
          const steps = body.plan.steps.map((step) => ({ ...step, title: evil, oneWayBecause: evil }));
          const plan = {
            ...body.plan,
            environment: evil,
            requestedBy: evil,
            because: evil,
            input: { ...input, release },
            steps,
          };
          return { ...body, plan };
        }
        case 'asked':
        case 'judged':
        case 'passed':
          return { ...body, because: evil, evidence: { ...body.evidence, [evil]: evil } };
        case 'failed':
          return { ...body, failure: { code: evil, message: evil, hint: evil } };
        case 'turned':
          return { ...body, because: evil, by: evil };
        case 'ended':
          return { ...body, because: evil };
        default:
          return body;
      }
    });
    const byEvil = events.map((event) => ({ ...event, by: evil }));
    const html = renderReport(byEvil, { ...proof, findings: [{ sequence: 1, says: evil }] });
    expect(html).to.not.contain('<script>alert').and.not.contain('<img');
    expect(html.match(/<script/g)).to.have.length(3);
    expect(html.match(/<title>/g)).to.have.length(1);
    expect(html.match(/<\/style>/g)).to.have.length(1);
    expect(html).to.not.contain('\u001b').and.not.contain('\u202E');
    expect(html).to.contain('&lt;script&gt;alert(1)&lt;/script&gt;').and.contain('[U+001B][31m[U+202E]');
    // Where it is said: title, heading, tiles, story, steps, gates, judgement, evidence, journal.
    expect(html.split('&lt;img src=x onerror=alert(1)&gt;').length).to.be.above(60);
  });

  it('says what the chain proves, and what is wrong with it', async () => {
    const events = await journals.completed();
    expect(textOf(renderReport(events, proof)))
      .to.contain(`event 52 ${hash}`)
      .and.contain('up to event 52');
    const unproven = textOf(renderReport(events, { head: proof.head, findings: [], provenTo: undefined }));
    expect(unproven).to.contain('the tail is not provable');
    const broken = renderReport(events, {
      ...proof,
      findings: [{ sequence: 7, says: 'altered' }],
      provenTo: undefined,
    });
    expect(textOf(broken)).to.contain('not as it was written').and.contain('event 7: altered');
  });

  it('keeps every text readable on its ground, light, dark and printed', () => {
    const schemes = [...styles.matchAll(/:root\s*{([^}]*)}/g)].map(([, body]) => {
      return new Map(
        [...(body ?? '').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name ?? '', value ?? '']),
      );
    });
    expect(schemes).to.have.length(3);
    for (const scheme of schemes) {
      const onGrounds = ['text', 'quiet', 'blue', 'green', 'good', 'warn', 'bad'].flatMap((text) =>
        ['ground', 'raised'].map((ground) => [text, ground] as const),
      );
      const onBadges = ['good', 'warn', 'bad'].map((tone) => [tone, `${tone}-ground`] as const);
      for (const [text, ground] of [...onGrounds, ...onBadges, ['text', 'bad-ground'] as const]) {
        const ratio = contrast(scheme.get(text) ?? '', scheme.get(ground) ?? '');
        expect(ratio, `${text} on ${ground} in ${scheme.get('ground') ?? ''}`).to.be.at.least(4.5);
      }
    }
  });
});

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
