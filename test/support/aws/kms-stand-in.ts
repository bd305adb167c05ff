import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Seen, Told } from '../stand-in.js';

/** A key of KMS as a test wants it. */
export interface StandInKey {
  readonly arn: string;
  readonly spec: 'ECC_NIST_EDWARDS25519' | 'ECC_NIST_P256' | 'SYMMETRIC_DEFAULT';
  readonly privateKey: KeyObject;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

const account = 'arn:aws:kms:eu-central-1:222222222222';
const askedSchema = z.object({
  KeyId: z.string(),
  Message: z.base64().optional(),
  MessageType: z.string().optional(),
  SigningAlgorithm: z.string().optional(),
});

/**
 * What KMS answers to GetPublicKey and Sign on the wire, with keys that are real: moto 5.2.5 has no ed25519 key. The rules
 * are those of https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html; it was never compared with AWS itself.
 */
export class KmsStandIn {
  readonly keys = new Map<string, StandInKey>();
  readonly aliases = new Map<string, string>();
  /** What an identity may not do here. */
  readonly denied = new Set<string>();

  key(name: string, changes: Partial<StandInKey> = {}): StandInKey {
    const id = `${String(this.keys.size + 1).padStart(8, '0')}-1111-2222-3333-444444444444`;
    const { privateKey } =
      changes.spec === 'ECC_NIST_P256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
    const key: StandInKey = {
      arn: `${account}:key/${id}`,
      spec: 'ECC_NIST_EDWARDS25519',
      privateKey,
      state: 'Enabled',
      ...changes,
    };
    this.keys.set(key.arn, key);
    this.aliases.set(`alias/${name}`, key.arn);
    return key;
  }

  readonly answer = ({ headers, body }: Seen): Told => {
    const action = String(headers['x-amz-target']).replace('TrentService.', '');
    if (headers['content-type'] !== 'application/x-amz-json-1.1') return refused('SerializationException');
    if (!/^AWS4-HMAC-SHA256 .*\/kms\/aws4_request/.test(headers.authorization ?? ''))
      return refused('MissingAuthenticationTokenException');
    if (this.denied.has(action)) return refused('AccessDeniedException', `not authorized to perform: kms:${action}`);
    const asked = askedSchema.parse(JSON.parse(body));
    const arn = this.aliases.get(asked.KeyId.replace(`${account}:`, '')) ?? asked.KeyId;
    const key = this.keys.get(arn.startsWith('arn:') ? arn : `${account}:key/${arn}`);
    if (!key) return refused('NotFoundException', `Key '${arn}' does not exist`);
    if (key.state === 'Disabled') return refused('DisabledException', `${key.arn} is disabled.`);
    if (key.state === 'PendingDeletion') return refused('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    if (action === 'GetPublicKey') return keyShown(key);
    return action === 'Sign' ? signed(key, asked) : refused('UnknownOperationException');
  };
}

/** SPKI, base64. */
export function publicKeyOf({ privateKey }: StandInKey): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
}

function keyShown(key: StandInKey): Told {
  if (key.spec === 'SYMMETRIC_DEFAULT') return refused('UnsupportedOperationException');
  return told({
    KeyId: key.arn,
    KeySpec: key.spec,
    KeyUsage: 'SIGN_VERIFY',
    PublicKey: publicKeyOf(key),
    SigningAlgorithms: algorithmsOf(key),
  });
}

function signed(key: StandInKey, { Message, MessageType = 'RAW', SigningAlgorithm = '' }: z.infer<typeof askedSchema>) {
  const message = Buffer.from(Message ?? '', 'base64');
  if (message.length === 0 || message.length > 4096)
    return refused('ValidationException', 'Message has 1 to 4096 bytes');
  if (!algorithmsOf(key).includes(SigningAlgorithm)) return refused('InvalidKeyUsageException');
  if (SigningAlgorithm !== 'ED25519_SHA_512' || MessageType !== 'RAW') return refused('ValidationException');
  return told({ KeyId: key.arn, Signature: sign(null, message, key.privateKey).toString('base64'), SigningAlgorithm });
}

function algorithmsOf({ spec }: StandInKey): readonly string[] {
  return spec === 'ECC_NIST_P256' ? ['ECDSA_SHA_256'] : ['ED25519_PH_SHA_512', 'ED25519_SHA_512'];
}

function told(body: object): Told {
  return { headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
}

function refused(__type: string, message = __type): Told {
  return { status: 400, ...told({ __type, message }) };
}
