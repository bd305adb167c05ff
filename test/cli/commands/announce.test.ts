import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { tickMessages } from '../../../cli/tick/tick-messages.js';
import { findEnvironment } from '../../../cli/find-environment.js';
import { announcementOf, announcementsOutbox, readAnnouncements } from '../../../journal/announcements.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { readOutbox } from '../../../journal/outbox.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { HttpReceiver } from '../../support/http-receiver.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const checklist = `# Release

- [ ] People know <!-- crossfade: message: {at: announced, to: chat, template: "{{product}} {{version}}: {{window}}"} -->
- [ ] In the window, announced two days before <!-- crossfade: id: window, window: {announced: 48h} -->
`;

/** A day that starts in so many days, as it is typed. */
const inDays = (days: number, hour: string): string =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T${hour}:00Z`;

describe('crossfade announce', () => {
  const folder = temporaryFolder();
  let chat: HttpReceiver;
  let store: FolderStore;

  const announce = (...words: string[]) => commandLine(folder.path, 'announce', 'local', ...words);
  const texts = () => chat.bodies.map((body) => String(body['text']));

  beforeEach(async () => {
    chat = await HttpReceiver.start();
    const receivers = '      receivers: { chat: { kind: slack, url: file:chat } }';
    await writeProject(folder.path, { more: `    checklist: RELEASE.md\n    notify:\n${receivers}\n` });
    await writeFile(join(folder.path, 'chat'), `${chat.url}/hook`);
    await writeFile(join(folder.path, 'RELEASE.md'), checklist);
    store = new FolderStore(join(folder.path, '.crossfade/store'));
  });

  afterEach(() => chat.stop());

  it("tells who is to know, in the checklist's words, and puts it where a window looks", async () => {
    const [begins, day] = [inDays(3, '22'), inDays(3, '22').slice(0, 10)];
    const { exitCode, stdout, stderr } = await announce('2.4.0', '--at', begins, '--lasts', '90m');
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.equal(`2.4.0 is announced for ${day} 22:00 to 23:30 UTC in local\ntold: chat\n`);
    expect(texts()).to.deep.equal([`shop 2.4.0: ${day} 22:00 to 23:30 UTC`]);
    const found = await announcementOf(store, 'local', '2.4.0');
    expect(found).to.deep.include({ begins: `${day}T22:00:00.000Z`, ends: `${day}T23:30:00.000Z`, told: ['chat'] });
    expect(await announcementOf(store, 'local', '2.5.0')).to.equal(undefined);
    const status = await commandLine(folder.path, 'status', 'local');
    expect(status.stdout).to.match(new RegExp(`announced 2\\.4\\.0 for ${day} 22:00 to 23:30 UTC, by .*`));
  });

  it('moves what was announced, says nothing twice, and takes it back', async () => {
    const day = inDays(4, '22').slice(0, 10);
    await announce('2.4.0', '--at', inDays(4, '22'));
    expect((await announce('2.4.0', '--at', inDays(4, '22'))).stdout).to.contain('already');
    const moved = await announce('2.4.0', '--at', `${day} 20:00+00:00`, '--json');
    expect(JSON.parse(moved.stdout)).to.deep.include({ said: 'now', told: ['chat'], warnings: [] });
    const off = await announce('2.4.0', '--cancel', '--because', 'not tried in staging');
    expect(off.stdout).to.contain(`2.4.0 is called off, it was announced for ${day} 20:00 to 21:00 UTC in local`);
    expect(texts().slice(1)).to.deep.equal([
      `shop 2.4.0: ${day} 20:00 to 21:00 UTC, moved from ${day} 22:00 to 23:00 UTC`,
      `local: shop 2.4.0 is called off, it was planned for ${day} 20:00 to 21:00 UTC`,
    ]);
    expect(chat.received.at(-1)?.body).to.contain('not tried in staging');
    expect(await announcementOf(store, 'local', '2.4.0')).to.equal(undefined);
    expect((await announce('2.4.0', '--cancel')).stderr).to.contain('nothing stands announced of 2.4.0 in local');
  });

  it('says at once what a window would answer then', async () => {
    const { stdout, exitCode } = await announce('2.4.0', '--at', inDays(1, '23'));
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/WARNING: RELEASE\.md:4: window would answer no then: announced only .* 2 d before/);
  });

  it('shows what it would say, and says nothing, in a dry run', async () => {
    const { stdout } = await announce('2.4.0', '--at', inDays(3, '22'), '--dry-run');
    expect(stdout).to.match(/^would say: 2\.4\.0 is announced for .*\nto chat:\n {2}shop 2\.4\.0: /);
    expect([await readAnnouncements(store, 'local'), chat.received]).to.deep.equal([[], []]);
  });

  it('is sent by the next tick where a receiver was away, or where its process died before it was queued', async () => {
    chat.answer = () => ({ status: 503 });
    const { stdout, exitCode } = await announce('2.4.0', '--at', inDays(3, '22'));
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/not told yet: chat: .*; 'crossfade tick local' tries again/);
    expect(await announcementOf(store, 'local', '2.4.0')).to.deep.include({ told: [], untold: ['chat'] });

    chat.answer = () => ({ status: 200, body: 'ok' });
    const [{ line } = { line: undefined }] = await readAnnouncements(store, 'local');
    if (line === undefined) throw new Error('nothing is on record');
    const version = '2.5.0';
    // As a process leaves it that is killed between the two.
    await store.append('announcements/local', 1, JSON.stringify({ ...line, version }));
    const clock = new ManualClock();
    clock.setWall(new Date(Date.now() + 60_000).toISOString());
    const found = await findEnvironment('local', folder.path);
    const signal = new AbortController().signal;
    const told = await tickMessages({ ...found, store, clock, by: 'cron' }, { dryRun: false, signal });
    expect(told.waits).to.deep.equal([]);
    expect((await announcementOf(store, 'local', version))?.told).to.deep.equal(['chat']);
    expect((await announcementOf(store, 'local', '2.4.0'))?.told).to.deep.equal(['chat']);
    expect((await readOutbox(store, 'local', announcementsOutbox(line))).letters).to.have.length(2);
  });

  for (const [what, words, says] of [
    ['no time', [], '--at says when it begins'],
    ['a time without a zone', ['--at', '2030-01-01T10:00'], 'expected a time with its zone'],
    ['a day that there is not', ['--at', '2030-02-31T10:00Z'], 'expected a time with its zone'],
    ['a time that is over', ['--at', '2020-01-01T10:00Z'], 'is over'],
    ['no length', ['--at', '2030-01-01T10:00Z', '--lasts', '0m'], 'nothing can begin in no time'],
  ] as const) {
    it(`takes no announcement with ${what}`, async () => {
      const { exitCode, stderr } = await announce('2.4.0', ...words);
      expect(stderr).to.contain(says);
      expect([exitCode, await readAnnouncements(store, 'local')]).to.deep.equal([2, []]);
    });
  }
});
