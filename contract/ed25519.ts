import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationError } from './errors.js';

/** The lines between BEGIN and END of a public key, as `openssl pkey -pubout` writes it: SPKI, base64 (RFC 8410). */
export const publicKeySchema = z.string().refine((text) => readPublicKey(text) !== undefined, {
  error: 'an ed25519 public key: what `openssl pkey -pubout` writes between BEGIN and END',
});

/** base64. Throws ConfigurationError when the PEM text holds no ed25519 private key; never says what it holds. */
export function signText(text: string, privateKeyPem: string): string {
  return sign(null, Buffer.from(text), readPrivateKey(privateKeyPem)).toString('base64');
}

export function publicKeyOf(privateKeyPem: string): string {
  return createPublicKey(readPrivateKey(privateKeyPem)).export({ type: 'spki', format: 'der' }).toString('base64');
}

/** Whether the holder of this key's other half signed exactly this text. */
export function isSignedBy(text: string, signature: string, publicKey: string): boolean {
  const key = readPublicKey(publicKey);
  return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function readPublicKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

function readPrivateKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The reason would quote the key.
  }
  throw new ConfigurationError('the key file holds no ed25519 private key without a passphrase', {
    hint: 'openssl genpkey -algorithm ed25519 -out approver.pem && chmod 600 approver.pem',
  });
}
