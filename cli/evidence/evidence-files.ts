/** What an archive holds, by path below its one folder. */
export type EvidenceFiles = ReadonlyMap<string, string>;

/** The folder in every archive: short, because names in a tar have room for 100 characters. */
export const archiveFolder = 'evidence';

/** What commands have printed: any number of files. */
export const outputFolder = 'output';
/** Their digests, in a file of their own: so the file that is signed stays short, whatever there is. */
export const outputSumsFile = 'output.sha256';

/** The digests of all files but the output's, as sha256sum writes and reads them; this file is what is signed. */
export const sumsFile = 'SHA256SUMS';
export const signatureFile = 'SHA256SUMS.sig';
export const publicKeyFile = 'public-key.pem';

/** Not among the digests: they are what proves those. */
export const proofFiles: readonly string[] = [sumsFile, signatureFile, publicKeyFile];

export function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
