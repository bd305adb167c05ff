import { execa } from 'execa';
import { join } from 'node:path';
import { z } from 'zod';
import { findEngine } from '../../../platforms/pulumi/find-engine.js';

const listSchema = z.array(z.looseObject({ name: z.string(), kind: z.string(), version: z.string().optional() }));

export type FoundPlugin = { readonly version: string } | { readonly missing: string };

/** The AWS provider as the engine has it, in PULUMI_HOME or ~/.pulumi. `major` is that of the SDK that programs use. */
export async function findAwsPlugin(major: number, environment: NodeJS.ProcessEnv = process.env): Promise<FoundPlugin> {
  const engine = await findEngine(environment);
  if (engine === undefined) return { missing: 'Pulumi is not installed' };
  const { exitCode, stdout, stderr } = await execa(join(engine.bin, 'pulumi'), ['plugin', 'ls', '--json'], {
    env: { ...environment, PULUMI_SKIP_UPDATE_CHECK: 'true' },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });
  if (exitCode !== 0) return { missing: `'pulumi plugin ls' ended with ${exitCode ?? 'a signal'}: ${stderr.trim()}` };
  const installed = listSchema
    .parse(JSON.parse(stdout))
    .filter(({ name, kind }) => name === 'aws' && kind === 'resource')
    .map(({ version }) => version ?? '');
  const fitting = installed.filter((version) => version.split('.')[0] === String(major)).sort();
  const newest = fitting.at(-1);
  if (newest !== undefined) return { version: newest };
  const others = installed.length === 0 ? '' : `, only ${installed.join(', ')}`;
  return { missing: `no AWS provider plugin ${major}.x is installed${others}` };
}
