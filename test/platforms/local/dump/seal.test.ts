import { expect } from 'chai';
import { IntegrityError, PlatformError } from '../../../../contract/errors.js';
import { readSealingKey, seal, unseal } from '../../../../platforms/local/dump/seal.js';
import { SeededRandom } from '../../../support/seeded-random.js';
import { rejection } from '../../../support/rejection.js';

const key = Buffer.alloc(32, 1);
const piece = 65_536;

describe('a sealed stream', () => {
  for (const bytes of [0, 1, piece - 1, piece, piece + 1, 3 * piece, 3 * piece + 17]) {
    it(`of ${bytes} bytes is what it was, however it arrives`, async () => {
      const text = noise(bytes);
      for (const chunk of [1_000, piece, 1_000_000]) {
        const sealed = await all(seal(inChunks(text, chunk), key));
        expect(sealed.equals(text)).to.equal(false);
        expect((await all(unseal(inChunks(sealed, chunk + 7), key, 'it'))).equals(text), `chunks of ${chunk}`).to.equal(
          true,
        );
      }
    });
  }

  it('is another one each time', async () => {
    const [one, other] = [await all(seal(inChunks(noise(50), 50), key)), await all(seal(inChunks(noise(50), 50), key))];
    expect(one.equals(other)).to.equal(false);
  });

  describe('fault 21: is refused', () => {
    let sealed: Buffer;
    before(async () => (sealed = await all(seal(inChunks(noise(3 * piece + 17), 9_999), key))));

    for (const [what, spoil] of [
      ['with a byte changed', (whole: Buffer) => changed(whole, whole.length - 40)],
      ['with its salt changed', (whole: Buffer) => changed(whole, 25)],
      ['cut off between two pieces', (whole: Buffer) => whole.subarray(0, 51 + 2 * (piece + 16))],
      ['cut off within a piece', (whole: Buffer) => whole.subarray(0, 51 + piece)],
      ['cut off within its head', (whole: Buffer) => whole.subarray(0, 20)],
      ['with two pieces exchanged', (whole: Buffer) => exchanged(whole)],
      ['with something behind it', (whole: Buffer) => Buffer.concat([whole, Buffer.from('more')])],
      ['that was never sealed', () => noise(200)],
    ] as const) {
      it(what, async () => {
        await rejection(all(unseal(inChunks(spoil(Buffer.from(sealed)), 10_000), key, 'it')), IntegrityError);
      });
    }

    it('with another key', async () => {
      const error = await rejection(all(unseal(inChunks(sealed, 10_000), Buffer.alloc(32, 2), 'it')), IntegrityError);
      expect(error.message).to.contain('it was sealed with another key');
    });
  });

  it('takes a key of 32 bytes in hex or base64, and never shows another', () => {
    expect(readSealingKey(`${key.toString('hex')}\n`, 'key').equals(key)).to.equal(true);
    expect(readSealingKey(key.toString('base64'), 'key').equals(key)).to.equal(true);
    expect(() => readSealingKey('hunter2', 'the key')).to.throw(
      PlatformError,
      /^the key: expected a key of 32 bytes in hex or base64, found something else$/,
    );
  });
});

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function noise(bytes: number): Buffer {
  const random = new SeededRandom(bytes);
  return Buffer.from(Uint8Array.from({ length: bytes }, () => Math.floor(random.next() * 256)));
}

function changed(whole: Buffer, at: number): Buffer {
  whole[at] = (whole[at] ?? 0) ^ 1;
  return whole;
}

function exchanged(whole: Buffer): Buffer {
  const [head, one, two] = [
    whole.subarray(0, 51),
    whole.subarray(51, 51 + piece + 16),
    whole.subarray(51 + piece + 16, 51 + 2 * (piece + 16)),
  ];
  return Buffer.concat([head, two, one, whole.subarray(51 + 2 * (piece + 16))]);
}
