import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = dirname(fileURLToPath(import.meta.url));
const DYNAMIC_PROVIDER = 'pulumi-resource-pulumi-nodejs';

/** Tells one state of these sources from another, so that a cached build of earlier ones is not taken for theirs. */
export async function builtEngineMark() {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'pulumi-language-nodejs/main.go']) {
    hash.update(await readFile(join(SOURCES, file)));
  }
  return `go-${hash.digest('hex').slice(0, 8)}`;
}

/** Builds the CLI and a language host from Go modules into `bin`; needs Go 1.25 and its module proxy. */
export async function buildEngine(version, bin, say) {
  const root = dirname(bin);
  // A name that no search for finished engines takes for one.
  const partial = join(dirname(root), `.${basename(root)}-${process.pid}`);
  const began = Date.now();
  const minutes = () => `${((Date.now() - began) / 60_000).toFixed(1)} min`;
  const ticking = setInterval(() => say(`  still building (${minutes()})`), 30_000);
  try {
    await mkdir(join(partial, 'bin'), { recursive: true });
    say('Building Pulumi from source: about five minutes the first time, seconds afterwards');
    await compile(version, join(partial, 'bin'));
    const sdk = dirname(createRequire(import.meta.url).resolve('@pulumi/pulumi/package.json'));
    const provider = join(partial, 'bin', DYNAMIC_PROVIDER);
    await copyFile(join(sdk, DYNAMIC_PROVIDER), provider);
    await chmod(provider, 0o755);
    await rm(root, { recursive: true, force: true });
    await rename(partial, root);
    say(`Pulumi ${version} is ready (${minutes()})`);
    return bin;
  } finally {
    clearInterval(ticking);
    await rm(partial, { recursive: true, force: true });
  }
}

async function compile(version, folder) {
  const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  const packages = ['./pulumi-language-nodejs', 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi'];
  // Not stamped with the repository's state: that needs git, and would make every build another one.
  const go = spawn('go', ['build', '-buildvcs=false', '-ldflags', flags, '-o', `${folder}/`, ...packages], {
    cwd: SOURCES,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  go.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-4_000)));
  const code = await new Promise((resolve, reject) => go.once('error', reject).once('close', resolve)).catch(
    (error) => {
      throw error.code === 'ENOENT'
        ? new Error('Neither Pulumi nor Go is installed: see https://www.pulumi.com/docs/install/', { cause: error })
        : error;
    },
  );
  if (code !== 0) throw new Error(`go build failed (${code}):\n${errors}`);
}
