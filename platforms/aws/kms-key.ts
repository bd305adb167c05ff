import { GetPublicKeyCommand, KMSClient, SignCommand, type GetPublicKeyCommandOutput } from '@aws-sdk/client-kms';
import { isSignedBy, publicKeySchema } from '../../contract/ed25519.js';
import { ConfigurationError, PlatformError } from '../../contract/errors.js';
import { ask, serviceErrorOf } from './ask.js';
import { readKmsKeyName } from './kms-key-name.js';
import { clientOptions, type Place } from './place.js';
import { TransientError } from './transient-error.js';

/** An ed25519 key whose private half never leaves KMS. */
export interface KmsKey {
  /** SPKI, base64. */
  readonly publicKey: string;
  /** base64, of at most 4096 bytes of text. Throws PlatformError. */
  sign(text: string): Promise<string>;
}

/**
 * Plain Ed25519 (RFC 8032), which OpenSSL and Node verify; it takes the message itself, and KMS takes 4096 bytes of one.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
const algorithm = 'ED25519_SHA_512';
const longest = 4096;

/**
 * By `kms:` and ARN, alias or id; where the name has no region, in that of `place`, or as AWS_REGION or the profile say.
 * Throws ConfigurationError for a key that is not ed25519 or has no region, PlatformError where KMS refuses.
 */
export async function openKmsKey(said: string, place: Partial<Place>): Promise<KmsKey> {
  const name = readKmsKeyName(said);
  const region = name.region ?? place.region;
  const client = new KMSClient(clientOptions({ ...place, region, endpoint: place.endpoint ?? null }));
  await client.config.region().catch((cause: unknown) => {
    throw new ConfigurationError(`nothing says in which region ${said} lies`, {
      cause,
      hint: 'name the key by its ARN, or set AWS_REGION',
    });
  });
  await client.config.credentials().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new PlatformError(`no credentials of AWS were found for ${said}: ${why}`, {
      cause: error,
      hint: 'log in, or take on a role',
    });
  });
  const get = new GetPublicKeyCommand({ KeyId: name.id });
  const found = await ask(`GetPublicKey of ${said}`, client, (options) => client.send(get, options)).catch(explained);
  const publicKey = ed25519Of(said, found);
  // An alias may be given to another key meanwhile.
  const id = found.KeyId ?? name.id;
  return {
    publicKey,
    async sign(text) {
      const Message = Buffer.from(text);
      if (Message.length > longest) throw new Error(`KMS signs ${longest} bytes at most, not ${Message.length}`);
      const command = new SignCommand({ KeyId: id, Message, MessageType: 'RAW', SigningAlgorithm: algorithm });
      const answer = await ask(`Sign by ${said}`, client, (options) => client.send(command, options)).catch(explained);
      const signature = Buffer.from(answer.Signature ?? []).toString('base64');
      if (isSignedBy(text, signature, publicKey)) return signature;
      throw new PlatformError(`what KMS gave for ${said} is no signature by the public key that it showed`);
    },
  };
}

function ed25519Of(said: string, found: GetPublicKeyCommandOutput): string {
  const publicKey = Buffer.from(found.PublicKey ?? []).toString('base64');
  const { KeySpec = 'another kind', SigningAlgorithms = [] } = found;
  if (SigningAlgorithms.includes(algorithm) && publicKeySchema.safeParse(publicKey).success) return publicKey;
  const kind = [KeySpec, ...SigningAlgorithms].join(', ');
  throw new ConfigurationError(`${said} is no ed25519 key that signs: it is ${kind}`, { hint: newKey });
}

const newKey = 'aws kms create-key --key-spec ECC_NIST_EDWARDS25519 --key-usage SIGN_VERIFY';
const whose = "'aws sts get-caller-identity' says whose credentials these are";
const denied =
  'whoever signs needs kms:GetPublicKey and kms:Sign on the key, by IAM and, in another account, by its policy';

/** By the names that KMS gives to what is wrong. */
const hints: Readonly<Record<string, string>> = {
  AccessDeniedException: denied,
  DisabledException: "'aws kms enable-key' enables it again",
  ExpiredTokenException: 'log in anew: the credentials have expired',
  InvalidArnException: 'the ARN of a key or of an alias is needed',
  InvalidKeyUsageException: newKey,
  InvalidSignatureException: `${whose}; is this machine's clock right?`,
  KMSInvalidStateException:
    "'aws kms describe-key' says its state; 'aws kms cancel-key-deletion' takes back that it is deleted",
  NotFoundException: "is it in that region and account? 'aws kms list-aliases' names those that are there",
  UnrecognizedClientException: whose,
  UnsupportedOperationException: newKey,
};

function explained(error: unknown): never {
  const hint = hints[serviceErrorOf(error) ?? ''] ?? (error instanceof TransientError ? 'ask again' : undefined);
  if (!(error instanceof PlatformError) || hint === undefined) throw error;
  throw new PlatformError(error.message, { cause: error.cause, hint });
}
