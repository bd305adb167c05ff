import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createTar } from 'nanotar';
import type { Event } from '../../../contract/event.js';
import { publicKeyOf, signText } from '../../../contract/ed25519.js';
import { canonicalJson, digestOf } from '../../../contract/json.js';
import { Redactor } from '../../../journal/redact.js';
import { secretForms } from '../../../journal/secret-forms.js';
import { packArchive, unpackArchive } from '../../../cli/evidence/archive.js';
import { evidenceOf, type EvidenceSources } from '../../../cli/evidence/evidence-of.js';
import { sumsToSign } from '../../../cli/evidence/sums.js';
import { verifyEvidence } from '../../../cli/evidence/verify-evidence.js';
import { askPeopleOf, SomeApprovers, newKey } from '../../support/approvers.js';
import { journals, reworded } from '../../support/journals.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const key = newKey();
const now = new Date('2026-05-01T00:00:00Z');

function sourcesOf(events: readonly Event[], changes: Partial<EvidenceSources> = {}): EvidenceSources {
  const records = events.map((event) => ({ sequence: event.sequence, text: canonicalJson(event) }));
  const run = events[0]!.run;
  const last = records.at(-1)!;
  const head = { run, sequence: last.sequence, hash: digestOf(last.text) };
  return {
    run,
    records,
    verification: { run, events: records.length, head, findings: [], provenTo: last.sequence, torn: undefined },
    anchor: head,
    streams: { messages: [] },
    checklist: '# Release\n',
    attachments: {},
    redactor: new Redactor([]),
    secretsKnown: true,
    by: 'ada',
    now,
    ...changes,
  };
}

const packed = (sources: EvidenceSources) => {
  const files = evidenceOf(sources);
  return packArchive(files, now, { publicKey: publicKeyOf(key), signature: signText(sumsToSign(files), key) });
};
const unpacked = (sources: EvidenceSources) => new Map(unpackArchive(packed(sources), 'e'));
const text = (files: ReadonlyMap<string, Uint8Array>, name: string) => Buffer.from(files.get(name) ?? '').toString();

describe('evidence of a run', () => {
  const folder = temporaryFolder();
  let events: Event[];
  let bad: Event[];

  before(async () => {
    events = await askPeopleOf(new SomeApprovers(['grace', 'linus']));
    bad = await journals.rolledBack();
  });

  it('is whole, signed, and names whose decisions hold', () => {
    const verdict = verifyEvidence(unpacked(sourcesOf(events)));
    expect(verdict).to.deep.include({ findings: [], events: events.length, withheld: 0, signedBy: publicKeyOf(key) });
    expect(verdict.decisions.map(({ approver }) => approver)).to.deep.equal(['grace', 'linus']);
  });

  it('is the same bytes for the same run and time', () => {
    expect(Buffer.compare(packed(sourcesOf(events)), packed(sourcesOf(events)))).to.equal(0);
  });

  it('has the fields of an audit record, and where to look under what auditors ask for', () => {
    const page = text(unpacked(sourcesOf(bad)), 'index.md');
    for (const field of [
      'timestamp',
      'version',
      'engineer',
      'approval chain',
      'test results',
      'duration',
      'rollback events',
    ])
      expect(page).to.match(new RegExp(`^\\| ${field} \\| \`+ .+`, 'm'));
    for (const framework of ['SOC 2', 'ISO 27001', 'PCI DSS', 'GDPR']) expect(page).to.contain(`| ${framework} |`);
    expect(page).to.match(/rollback events \| .*traffic back in/);
    expect(page).to.contain('[messages.json](messages.json) (none in this run)');
    expect(page).to.not.contain('[rollback.json](rollback.json) (none');
  });

  it('has every sample and verdict, every gate and every duration', () => {
    const files = unpacked(sourcesOf(bad));
    const rows = (name: string) => JSON.parse(text(files, name)) as Record<string, unknown>[];
    const judged = bad.filter(({ body }) => body.kind === 'judged');
    expect(rows('samples.json')).to.have.length(judged.length).greaterThan(0);
    expect(rows('samples.json').at(-1)).to.have.nested.property('evidence.services');
    expect(rows('gates.json').length).to.be.greaterThan(9);
    expect(rows('durations.json').filter(({ milliseconds }) => Number(milliseconds) > 0)).to.not.deep.equal([]);
    expect(rows('rollback.json').map(({ kind }) => kind)).to.include.members(['turned', 'undone']);
    expect(JSON.parse(text(files, 'record.json'))).to.include({ outcome: 'rolled-back', version: '2.0.0' });
  });

  it('can be checked without Crossfade, as VERIFY.md says it', async function () {
    this.timeout(30_000);
    const sources = sourcesOf(events, { attachments: { 'a.txt': 'ok\n', 'b.txt': '' } });
    await mkdir(folder.path, { recursive: true });
    await writeFile(join(folder.path, 'e.tar.gz'), packed(sources));
    execFileSync('tar', ['xzf', 'e.tar.gz'], { cwd: folder.path, timeout: 10_000 });
    const script = [...text(unpacked(sources), 'VERIFY.md').matchAll(/^ {4}(.*)$/gm)].map(([, line]) => line);
    const run = () =>
      execFileSync('sh', ['-e'], {
        cwd: join(folder.path, 'evidence'),
        input: script.join('\n'),
        encoding: 'utf8',
        timeout: 20_000,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
    const head = digestOf(canonicalJson(events.at(-1))).slice('sha256:'.length);
    expect(run()).to.equal(`Signature Verified Successfully\n${head}\n`);
    for (const touched of ['evidence/output/a.txt', 'evidence/output.sha256', 'evidence/gates.json']) {
      const before = await readFile(join(folder.path, touched));
      await writeFile(join(folder.path, touched), '[]\n');
      expect(run, touched).to.throw();
      await writeFile(join(folder.path, touched), before);
    }
    expect(run()).to.contain(head);
  });

  it('is signed as a text that KMS takes, however much commands have printed', () => {
    const attachments = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`${at}`.padStart(32, '0'), 'x']));
    const streams = { decisions: [], messages: [], duties: [] };
    const files = evidenceOf(sourcesOf(events, { attachments, streams }));
    expect(files.size).to.be.greaterThan(500);
    expect(Buffer.byteLength(sumsToSign(files))).to.be.lessThan(4096);
  });

  describe('that somebody has touched', () => {
    const touched: readonly [string, (files: Map<string, Uint8Array>) => void, RegExp][] = [
      [
        'a byte of a file',
        (files) => files.set('gates.json', Buffer.from(`${text(files, 'gates.json')} `)),
        /gates\.json was altered/,
      ],
      ['a file taken out', (files) => files.delete('approvals.json'), /approvals\.json is missing/],
      ['a file put in', (files) => files.set('more.json', Buffer.from('{}')), /more\.json was added/],
      ['its signature taken away', (files) => files.delete('SHA256SUMS.sig'), /nobody has signed it/],
      [
        'its digests made anew',
        (files) => {
          files.set('gates.json', Buffer.from('[]'));
          resum(files);
        },
        /SHA256SUMS is not what was signed/,
      ],
      [
        'its key exchanged',
        (files) =>
          files.set(
            'public-key.pem',
            Buffer.from(`-----BEGIN PUBLIC KEY-----\n${publicKeyOf(newKey())}\n-----END PUBLIC KEY-----\n`),
          ),
        /SHA256SUMS is not what was signed/,
      ],
    ];
    for (const [what, touch, says] of touched) {
      it(`fault 67: says so of ${what}`, () => {
        const files = unpacked(sourcesOf(events));
        touch(files);
        expect(verifyEvidence(files).findings.join('\n')).to.match(says);
      });
    }

    const touchedOutput: readonly [string, (files: Map<string, Uint8Array>) => void, RegExp][] = [
      ['a byte of what a command has printed', (files) => files.set('output/a.txt', Buffer.from('no')), /altered/],
      ['output taken out', (files) => files.delete('output/a.txt'), /output\/a\.txt is missing/],
      ['output put in', (files) => files.set('output/c.txt', Buffer.from('')), /output\/c\.txt was added/],
      ['the list of output altered', (files) => files.set('output.sha256', Buffer.from('')), /sha256 was altered/],
      ['the list of output taken out', (files) => files.delete('output.sha256'), /output\.sha256 is missing/],
    ];
    for (const [what, touch, says] of touchedOutput) {
      it(`fault 67: says so of ${what}`, () => {
        const files = unpacked(sourcesOf(events, { attachments: { 'a.txt': 'ok', 'b.txt': '' } }));
        expect(verifyEvidence(files).findings).to.deep.equal([]);
        touch(files);
        expect(verifyEvidence(files).findings.join('\n')).to.match(says);
      });
    }

    it('fault 67: says so of a list of output that nobody has signed, whatever it lists', () => {
      const files = unpacked(sourcesOf(events));
      const digest = (data: string) => createHash('sha256').update(data).digest('hex');
      files.set('gates.json', Buffer.from('[]'));
      files.set('output/a.txt', Buffer.from('ok'));
      files.set('output.sha256', Buffer.from(`${digest('ok')}  output/a.txt\n${digest('[]')}  gates.json\n`));
      const { findings } = verifyEvidence(files);
      expect(findings).to.have.members(['gates.json was altered', 'output/a.txt was added', 'output.sha256 was added']);
    });

    /** Whoever has the key that signs can sign anything; the journal's chain still has to hold. */
    const resigned: readonly [string, (lines: string[]) => string[], RegExp][] = [
      [
        'a word of an event',
        (lines) => lines.map((line, at) => (at === 4 ? line.replace('"yes"', '"no"') : line)),
        /event 5: does not continue the one before it/,
      ],
      ['its tail cut off', (lines) => lines.slice(0, -2), /has \d+ events, \d+ were exported/],
      ['an event left out', (lines) => lines.filter((_line, at) => at !== 3), /event 3: calls itself event 4/],
      [
        'an event said twice',
        (lines) => [...lines.slice(0, 3), lines[2]!, ...lines.slice(3)],
        /event 3: calls itself event 2/,
      ],
      [
        'an event hidden that was none',
        (lines) =>
          lines.map((line, at) =>
            at === 2 ? JSON.stringify({ withheld: true, sequence: 2, hash: digestOf('x') }) : line,
          ),
        /event 3: does not continue/,
      ],
    ];
    for (const [what, touch, says] of resigned) {
      it(`fault 67: says so of ${what}, though it was signed anew`, () => {
        const files = unpacked(sourcesOf(events));
        const lines = text(files, 'journal.jsonl').split('\n').slice(0, -1);
        files.set(
          'journal.jsonl',
          Buffer.from(
            touch(lines)
              .map((line) => `${line}\n`)
              .join(''),
          ),
        );
        resum(files);
        files.set('SHA256SUMS.sig', Buffer.from(signText(text(files, 'SHA256SUMS'), key), 'base64'));
        expect(verifyEvidence(files).findings.join('\n')).to.match(says);
      });
    }

    it("fault 67: says so of another run's journal", () => {
      const other = unpacked(sourcesOf(bad));
      const files = unpacked(sourcesOf(events));
      files.set('journal.jsonl', other.get('journal.jsonl')!);
      expect(verifyEvidence(files).findings.length).to.be.greaterThan(1);
    });

    it('fault 67: says so of a decision that nobody has signed, in a chain that was made anew', () => {
      const forged = reworded(events, (body) => {
        if (body.kind !== 'asked' || !('by' in body.evidence)) return body;
        const evidence = JSON.parse(
          JSON.stringify(body.evidence).replaceAll('"grace"', '"mallory"'),
        ) as typeof body.evidence;
        return { ...body, evidence };
      });
      expect(verifyEvidence(unpacked(sourcesOf(forged))).findings.join('\n')).to.contain(
        'a decision is not signed by the key beside it',
      );
    });

    it('fault 66: unpacks nothing that lies elsewhere, twice, or is no file', () => {
      for (const name of ['../etc/cron', '/etc/cron', 'evidence/../../x', 'evidence/a/b/c', 'evidence/.hidden']) {
        const archive = gzipSync(createTar([{ name, data: 'x' }]));
        expect(() => unpackArchive(archive, 'e'), name).to.throw(/holds something that no evidence archive has/);
      }
      expect(() => unpackArchive(Buffer.from('no gzip'), 'e')).to.throw(/no gzipped tar/);
    });
  });

  it('fault 61: has no secret in it, in any encoding, wherever one came to stand', () => {
    const canaries = ['c4nary-Sé$ame/+&=%', 'correct horse "battery"', '0p3n5354m3'];
    const forms = secretForms(canaries).filter((form) => form.length >= 6);
    expect(forms.length).to.be.greaterThan(25);
    let next = 0;
    const planted = reworded(events, (body) => {
      const form = forms[next % forms.length]!;
      if (body.kind === 'planned') return body;
      next += 1;
      const said = `it said ${form}, and ${forms[(next * 7) % forms.length]!}`;
      if ('evidence' in body && body.kind !== 'asked') return { ...body, evidence: { ...body.evidence, [form]: said } };
      return 'because' in body ? { ...body, because: said } : body;
    });
    const everywhere = forms.map((form) => ({ text: form, [form]: [form] }));
    const files = unpacked(
      sourcesOf(planted, {
        redactor: new Redactor(canaries),
        streams: { messages: everywhere, decisions: everywhere },
        checklist: forms.join('\n'),
        attachments: { 'tests.txt': forms.join(' ') },
      }),
    );
    for (const [name, data] of files) {
      const found = forms.filter((form) => Buffer.from(data).toString().includes(form));
      expect(found, name).to.deep.equal([]);
    }
    const verdict = verifyEvidence(files);
    expect(verdict.findings).to.deep.equal([]);
    expect(verdict.withheld).to.be.greaterThan(30);
  });
});

function resum(files: Map<string, Uint8Array>): void {
  const kept = [...files].filter(([name]) => !['SHA256SUMS', 'SHA256SUMS.sig', 'public-key.pem'].includes(name));
  files.set('SHA256SUMS', Buffer.from(sumsToSign(new Map(kept))));
  expect(createHash('sha256').update(text(files, 'SHA256SUMS')).digest('hex')).to.have.length(64);
}
