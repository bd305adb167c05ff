import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { motoCredentials } from './moto-server.js';

const handler = fileURLToPath(new URL('../../components/aws/dead-mans-switch/index.mjs', import.meta.url));
const program = `
  const { handler } = await import(${JSON.stringify(handler)});
  await handler(JSON.parse(process.argv[1]));
`;

/** Calls the dead man's switch as Lambda does: the handler as it is deployed, in a process of its own, with its variables. */
export async function callSwitchFunction(
  event: unknown,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly did: string; readonly because: string }> {
  const argv = ['--input-type=module', '--eval', program, JSON.stringify(event)];
  const { stdout } = await execa(process.execPath, argv, {
    env: { ...motoCredentials, AWS_REGION: 'eu-central-1', S3_PATH_STYLE: 'true', ...variables },
    timeout: 60_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { did: string; because: string };
}
