import type { EnvironmentConfiguration } from '../../contract/configuration.js';
import { publicKeyOf, signText } from '../../contract/ed25519.js';
import { isKmsKeyName } from '../../platforms/aws/kms-key-name.js';
import { readKey } from '../people/read-key.js';

/** What signs an archive: an ed25519 key, wherever its private half lies. */
export interface ArchiveSigner {
  /** SPKI, base64. */
  readonly publicKey: string;
  /** base64. */
  sign(text: string): Promise<string>;
}

/**
 * By a file with the key, or by `kms:` and a key of AWS KMS, where KMS alone ever has it. Throws ConfigurationError for
 * what is no ed25519 key, PlatformError where KMS refuses.
 */
export async function openArchiveSigner(key: string, configuration: EnvironmentConfiguration): Promise<ArchiveSigner> {
  if (!isKmsKeyName(key)) {
    const pem = await readKey(key);
    return { publicKey: publicKeyOf(pem), sign: (text) => Promise.resolve(signText(text, pem)) };
  }
  const { openKmsKey } = await import('../../platforms/aws/kms-key.js');
  return openKmsKey(key, configuration.platform === 'aws' ? configuration : {});
}
