import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { IntegrityError, PlatformError } from '../../../contract/errors.js';

/**
 * A stream sealed in pieces of 64 KiB, each authenticated with its place and with whether it is the last, so that nothing
 * can be changed, moved or cut off unseen. The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015) on AES-256-GCM, the key of each file its own by
 * HKDF-SHA-256 (RFC 5869) from the key that was given and a salt at the head of the file.
 */
const magic = Buffer.from('crossfade sealed 1\n');
const saltBytes = 32;
const pieceBytes = 65_536;
const tagBytes = 16;
const headBytes = magic.length + saltBytes;

/** 32 bytes, written as 64 hex digits or in base64. Throws PlatformError, which never shows the text. */
export function readSealingKey(text: string, where: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length === 32) return key;
  throw new PlatformError(`${where}: expected a key of 32 bytes in hex or base64, found something else`, {
    hint: 'make one: openssl rand -hex 32',
  });
}

export async function* seal(source: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltBytes);
  yield Buffer.concat([magic, salt]);
  const fileKey = keyOf(key, salt);
  for await (const { piece, index, last } of piecesOf(source, pieceBytes)) {
    const cipher = createCipheriv('aes-256-gcm', fileKey, nonceOf(index, last));
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Throws IntegrityError for another key, and for a file that is not whole or not as it was written. */
export async function* unseal(source: AsyncIterable<Buffer>, key: Buffer, name: string): AsyncGenerator<Buffer> {
  const pieces = piecesOf(source, pieceBytes + tagBytes, headBytes);
  let fileKey: Buffer | undefined;
  for await (const { piece, index, last, head } of pieces) {
    fileKey ??= keyOf(key, saltIn(head, name));
    if (piece.length < tagBytes) throw new IntegrityError(`${name} is cut off`);
    const decipher = createDecipheriv('aes-256-gcm', fileKey, nonceOf(index, last));
    decipher.setAuthTag(piece.subarray(-tagBytes));
    yield opened(decipher, piece.subarray(0, -tagBytes), name);
  }
}

function opened(decipher: ReturnType<typeof createDecipheriv>, piece: Buffer, name: string): Buffer {
  try {
    return Buffer.concat([decipher.update(piece), decipher.final()]);
  } catch (cause) {
    throw new IntegrityError(`${name} can't be opened: it was sealed with another key, or is not as it was written`, {
      cause,
    });
  }
}

function saltIn(head: Buffer, name: string): Buffer {
  if (head.length === headBytes && head.subarray(0, magic.length).equals(magic)) return head.subarray(magic.length);
  throw new IntegrityError(`${name} is no file that Crossfade has sealed`);
}

function keyOf(key: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, 'crossfade backup', 32));
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

interface Piece {
  readonly piece: Buffer;
  readonly index: number;
  readonly last: boolean;
  readonly head: Buffer;
}

/** Equal pieces, the last one as long or shorter, and at least one; the first bytes beside. */
async function* piecesOf(source: AsyncIterable<Buffer>, size: number, headSize = 0): AsyncGenerator<Piece> {
  let waiting: Buffer[] = [];
  let length = 0;
  let head: Buffer | undefined;
  let index = 0;
  const joined = (): Buffer => {
    const all = Buffer.concat(waiting);
    if (head !== undefined) return all;
    head = Buffer.from(all.subarray(0, headSize));
    return all.subarray(headSize);
  };
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    // Only at the end is it known which piece is the last, so one stays behind.
    if (length <= size + (head === undefined ? headSize : 0)) continue;
    let rest = joined();
    for (; rest.length > size; index += 1, rest = rest.subarray(size)) {
      yield { piece: rest.subarray(0, size), index, last: false, head: head ?? Buffer.alloc(0) };
    }
    waiting = [rest];
    length = rest.length;
  }
  const rest = joined();
  yield { piece: rest, index, last: true, head: head ?? Buffer.alloc(0) };
}
