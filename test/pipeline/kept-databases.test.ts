import { expect } from 'chai';
import { settingsOf } from '../../contract/settings.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { staysBecause, type KeptFacts } from '../../pipeline/kept-databases.js';
import type { KeptDatabase } from '../../pipeline/ports/restores.js';
import { someRelease } from '../support/product.js';

const day = 86_400_000;
/** Of the runs here: the day of January on which they began. */
const begunAt = (run: string): Date | undefined =>
  /^\d+$/.test(run) ? new Date(`2026-01-${run.padStart(2, '0')}T00:00:00Z`) : undefined;

const kept = (changes: Partial<KeptDatabase> = {}): KeptDatabase => ({
  name: 'kept-before-10',
  run: '10',
  was: 'before',
  since: '2026-01-10T00:00:00Z',
  bytes: 1_000,
  place: 'kept-before-10',
  ...changes,
});

const put = (run: string): { standing: boolean; input: SlotInput } => ({
  standing: true,
  input: { run, release: someRelease('1.0.0'), settings: settingsOf({ values: {}, secrets: {} }), replicas: {} },
});
const empty = { standing: false, input: undefined };

const facts = (changes: Partial<KeptFacts> = {}): KeptFacts => ({
  now: new Date('2026-01-30T00:00:00Z'),
  keepMilliseconds: 14 * day,
  open: undefined,
  slots: { blue: put('12'), green: empty },
  begunAt,
  ...changes,
});

describe('A database that a restore has left beside', () => {
  it('goes when it is old enough and nothing needs it', () => {
    expect(staysBecause(kept(), facts())).to.equal(undefined);
    expect(staysBecause(kept(), facts({ now: new Date('2026-01-20T00:00:00Z') }))).to.equal('for 4 d more');
  });

  it('stays for as long as its run is not over, whatever it was', () => {
    for (const was of ['before', 'after', 'restored'] as const) {
      expect(staysBecause(kept({ was }), facts({ open: '10' }))).to.equal('run 10 is not over');
    }
  });

  it('stays for good where nothing notes what is in it, however old it is', () => {
    const old = kept({ was: 'stray', run: '1', since: undefined });
    expect(staysBecause(old, facts())).to.match(/^nothing here tells what is in it/);
    expect(staysBecause(old, facts({ open: '1' }))).to.equal('run 1 is not over');
  });

  it('stays while a slot stands that worked with it', () => {
    const standing = facts({ slots: { blue: put('12'), green: put('9') } });
    expect(staysBecause(kept(), standing)).to.equal('green stands since before that restore');
    const unknown = facts({ slots: { blue: { standing: true, input: undefined }, green: put('who knows') } });
    expect(staysBecause(kept(), unknown)).to.equal('blue and green stand since before that restore');
  });

  it('goes at once where it was never used, and is dated by its run where nothing else tells', () => {
    expect(staysBecause(kept({ was: 'restored', since: undefined }), facts())).to.equal(undefined);
    expect(staysBecause(kept({ since: undefined }), facts())).to.equal(undefined);
    const undated = kept({ since: undefined, run: 'who knows', was: 'after' });
    expect(staysBecause(undated, facts())).to.equal('nothing tells since when it is out of use');
  });
});
