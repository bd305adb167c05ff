import { exitCodes, type ExitCode } from '../../contract/errors.js';
import { openPlatform } from '../../platforms/open.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { print } from '../print/print.js';
import { statusLines } from '../print/status-lines.js';
import { systemClock } from '../run/system-clock.js';
import { look, noEngine } from '../status/look.js';
import { statusOf } from '../status/status-of.js';
import { surroundingsOf } from '../surroundings-of.js';

/** Answers within five seconds, also when the balancer does not. */
export async function status(name: string | undefined, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const found = await findEnvironment(name);
  const store = openStore(found);
  const facts = await look({
    environment: found.name,
    store,
    clock: systemClock,
    listed: async () => (await import('../people/listed-in.js')).listedIn(found.configuration),
    duties: found.configuration.duties,
    open: (outputs) => openPlatform(outputs, surroundingsOf(found.name, store, noEngine)),
  });
  const seen = statusOf(facts);
  print(json, seen, () => statusLines(seen));
  return exitCodes.done;
}
