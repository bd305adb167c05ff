import { awsStackFile } from './aws-stack-file.js';
import { wholeFile, type Draft } from './draft.js';
import { ignoredFiles } from './ignored-files.js';
import { localStackFile } from './local-stack-file.js';
import type { OwnPackage } from './own-package.js';
import { packageManifest } from './package-manifest.js';

export type InitPlatform = 'local' | 'aws';

const compilerOptions = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "ts-node": { "transpileOnly": true },
  "include": ["index.ts"]
}
`;

/** Every file of a project that uses this package. */
export function projectDrafts(options: {
  readonly manifest: string;
  readonly product: string;
  readonly platform: InitPlatform;
  readonly own: OwnPackage;
}): Draft[] {
  const { manifest, product, platform, own } = options;
  const schema = own.stackFileSchema === undefined ? '' : `# yaml-language-server: $schema=${own.stackFileSchema}\n`;
  const stackFile = (environment: string, text: string): Draft =>
    wholeFile(`Pulumi.${environment}.yaml`, `${schema}${text}`);
  return [
    packageManifest(manifest, product, own.dependencies),
    wholeFile('Pulumi.yaml', projectFile(product)),
    wholeFile('tsconfig.json', compilerOptions),
    wholeFile('index.ts', "export { default } from 'crossfade';\n"),
    stackFile('local', localStackFile(product)),
    ...(platform === 'aws'
      ? (['staging', 'production'] as const).map((tier) => stackFile(tier, awsStackFile(product, tier)))
      : []),
    ignoredFiles,
  ];
}

function projectFile(product: string): string {
  return `name: ${product}
description: Blue-green environments of ${product} and their slots
main: ./index.ts
runtime:
  name: nodejs
`;
}
