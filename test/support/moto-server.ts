import { execa } from 'execa';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../platforms/local/host/free-port.js';

/** A server of this machine that answers as AWS does, on AWS's own wire formats. */
export interface Moto {
  readonly url: string;
  /** Forgets everything. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const version = '5.2.5';

/** Credentials that moto takes, as it takes any. Set before a client is made. */
export const motoCredentials = {
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** Installs moto into the cache at first. Throws with what is missing where it can't. */
export async function startMoto(): Promise<Moto> {
  const python = await installed();
  const port = await freePort(0);
  const child = execa(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    env: { MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', MOTO_ACCOUNT_ID: '222222222222' },
    stdout: 'ignore',
    stderr: 'ignore',
    reject: false,
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(url, () => child.exitCode !== null);
  return {
    url,
    async reset() {
      await fetch(`${url}/moto-api/reset`, { method: 'POST', signal: AbortSignal.timeout(10_000) });
    },
    async stop() {
      child.kill('SIGTERM', undefined);
      await child;
    },
  };
}

/** For tests that have to be quick: they are skipped, and counted so, where Python can't make a place for moto. */
export async function startMotoOrSkip(context: Mocha.Context): Promise<Moto> {
  const { failed } = await execa('python3', ['-c', 'import ensurepip, venv'], { reject: false, timeout: 30_000 });
  if (failed) context.skip();
  return startMoto();
}

async function installed(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'crossfade');
  const folder = join(cache, `moto-${version}`);
  const python = join(folder, 'bin', 'python');
  if (await exists(python)) return python;
  const draft = `${folder}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', draft]);
    await run(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `moto[server]==${version}`]);
    await rename(draft, folder).catch(async (error: unknown) => {
      // Another test was faster.
      if (!(await exists(python))) throw error;
    });
  } catch (error) {
    throw new Error(`moto ${version} can't be installed: python3 with venv and a package index are needed`, {
      cause: error,
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return python;
}

function run(command: string, argv: readonly string[]): Promise<unknown> {
  return execa(command, argv, { timeout: 300_000 });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function answers(url: string, ended: () => boolean): Promise<void> {
  const limit = performance.now() + 60_000;
  while (performance.now() < limit) {
    if (ended()) throw new Error('moto ended before it answered');
    const answer = await fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error('moto did not answer within a minute');
}

/** A call in the words of AWS's query protocol, for what tests set up by services that the product has no client of. */
export async function motoQuery(
  url: string,
  service: string,
  words: Readonly<Record<string, string>>,
): Promise<string> {
  const scope = `Credential=testing/20260101/eu-central-1/${service}/aws4_request`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(words).toString(),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${words['Action'] ?? ''}: ${answer.status} ${text}`);
  return text;
}
