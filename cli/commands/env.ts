import { EngineError, exitCodes, type ExitCode } from '../../contract/errors.js';
import { engineVariables } from '../../platforms/pulumi/engine-variables.js';
import { findEngine } from '../../platforms/pulumi/find-engine.js';
import { findEnvironment } from '../find-environment.js';
import { exportLines } from '../print/export-lines.js';
import { print } from '../print/print.js';

/** Exports for plain `pulumi` in this environment. No secrets, only where they lie. */
export async function env(name: string | undefined, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const { configuration, folder, directory } = await findEnvironment(name);
  const engine = await findEngine();
  if (!engine)
    throw new EngineError('Pulumi is not installed, or too old', { hint: "'crossfade doctor' says how to get it" });
  const { platform, backend, secretsProvider } = configuration;
  const place = { platform, backend, secretsProvider, root: folder, ...(directory === undefined ? {} : { directory }) };
  const variables = await engineVariables(place, engine.bin);
  // Pulumi would prefer a passphrase that the shell happens to have to the file of this environment.
  const ours = 'PULUMI_CONFIG_PASSPHRASE_FILE' in variables;
  print(json, variables, () => exportLines({ ...(ours ? { PULUMI_CONFIG_PASSPHRASE: undefined } : {}), ...variables }));
  return exitCodes.done;
}
