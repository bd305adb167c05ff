import { generateKeyPairSync } from 'node:crypto';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { publicKeyOf } from '../../../contract/ed25519.js';
import { changesHash, type ReviewedChange } from '../../../contract/planned-change.js';
import { readExceptions } from '../../../cli/preview/exception-files.js';
import { readReviewed } from '../../../cli/preview/reviewed.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const keyOf = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const alice = keyOf();
const urn = 'urn:pulumi:local::shop::aws:rds/instance:Instance::db';
const changes: ReviewedChange[] = [
  { urn, operation: 'replace', paths: ['dbName'], content: `sha256:${'1'.repeat(64)}` },
];

describe('crossfade exception sign', () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder.path, name);
  const saved = {
    format: 1,
    environment: 'local',
    madeAt: '2026-05-01T00:00:00Z',
    stacks: [{ stack: 'local', hash: changesHash(changes), changes }],
  };

  const sign = (...more: string[]) =>
    commandLine(
      folder.path,
      'exception',
      'sign',
      'local',
      '--preview',
      'reviewed.json',
      '--resource',
      'db',
      '--approver',
      'alice',
      '--key',
      'alice.pem',
      '--because',
      'restored from the snapshot of today',
      ...more,
    );

  beforeEach(async () => {
    await writeProject(folder.path, { more: `    approvers: { alice: ${publicKeyOf(alice)} }\n` });
    await writeFile(file('reviewed.json'), JSON.stringify(saved));
    await writeFile(file('alice.pem'), alice, { mode: 0o600 });
  });

  it('writes one that can be read again, and never the key', async () => {
    const { exitCode, stdout, stderr } = await sign('--json');
    expect(exitCode, stderr).to.equal(0);
    const [found] = await readExceptions(folder.path);
    expect(found).to.have.nested.property('exception.urn', urn);
    const [secret = ''] = alice.split('\n').slice(1);
    const written = await readFile(file(found!.file), 'utf8');
    for (const text of [stdout, stderr, written]) expect(text).to.not.contain(secret);
  });

  it('writes nothing in a dry run', async () => {
    expect((await sign('--dry-run')).stdout).to.contain('would write exceptions/local-');
    expect(await readdir(folder.path)).to.not.include('exceptions');
  });

  const refused: readonly [string, () => Promise<void>, RegExp][] = [
    ['a key that others can read', () => chmod(file('alice.pem'), 0o644), /read by others than its owner/],
    ["somebody else's key", () => writeFile(file('alice.pem'), keyOf()), /not the key of alice/],
    [
      'a file without a key, of which nothing is said',
      () => writeFile(file('alice.pem'), 'hunter2'),
      /^the key file holds no ed25519 private key/,
    ],
    [
      'a preview of another environment',
      () => writeFile(file('reviewed.json'), JSON.stringify({ ...saved, environment: 'staging' })),
      /a preview of staging/,
    ],
    [
      'a preview whose changes were edited',
      () =>
        writeFile(file('reviewed.json'), JSON.stringify({ ...saved, stacks: [{ ...saved.stacks[0], changes: [] }] })),
      /not that of its changes/,
    ],
    [
      'a resource that does not change',
      () => writeFile(file('reviewed.json'), JSON.stringify({ ...saved, stacks: [] })),
      /no change of db/,
    ],
  ];
  for (const [what, prepare, says] of refused) {
    it(`refuses ${what}`, async () => {
      await prepare();
      const { exitCode, stderr } = await sign();
      expect(exitCode).to.equal(2);
      expect(stderr).to.match(says).and.not.contain('hunter2');
      expect(await readdir(folder.path)).to.not.include('exceptions');
    });
  }

  it('refuses more than 30 days', async () => {
    expect((await sign('--valid-for', '31d')).stderr).to.match(/at most 30d/);
  });

  it('fault 65: takes a file that explodes, or is none, for no exception, and names it', async () => {
    await sign();
    await writeFile(file('exceptions/bomb.yaml'), 'a: &a [x, x]\nb: [*a, *a]\n');
    await writeFile(file('exceptions/half.yaml'), 'format: 1\n');
    await writeFile(file('exceptions/broken.yaml'), '{');
    const found = await readExceptions(folder.path);
    expect(found.filter((each) => 'problem' in each).map((each) => each.file)).to.deep.equal([
      'exceptions/bomb.yaml',
      'exceptions/broken.yaml',
      'exceptions/half.yaml',
    ]);
    expect(found).to.have.length(4);
  });

  it('reads a hash as a hash, and refuses a file that speaks of other stacks', async () => {
    expect(await readReviewed(changesHash(changes), 'local', 'local')).to.deep.equal({
      hash: changesHash(changes),
      changes: undefined,
    });
    const error = await readReviewed(file('reviewed.json'), 'local', 'local-blue').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message').that.contains('does not speak of stack local-blue');
  });
});
