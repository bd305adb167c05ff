import { ConfigurationError, exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import { digestSchema } from '../../contract/json.js';
import type { Head } from '../../journal/chain.js';
import { anchorsOf } from '../../journal/lease.js';
import { readRunId } from '../../journal/run-id.js';
import { verifyJournal, type Verification } from '../../journal/verify.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { print } from '../print/print.js';
import { verificationLines } from '../print/verification-lines.js';

export interface AuditVerifyOptions {
  readonly environment: string | undefined;
  /** `sequence:sha256:…`, as somebody noted it outside of the store. */
  readonly anchor: string | undefined;
  readonly json: boolean;
}

/** Verifies one run's journal, or all of the environment's. Exit code 3 when anything is not as it was written. */
export async function auditVerify(run: string | undefined, options: AuditVerifyOptions): Promise<ExitCode> {
  const named = run === undefined ? undefined : readRunId(run)?.environment;
  const environment = await findEnvironment(options.environment ?? named);
  const store = openStore(environment);
  const known = (await store.list('journals')).filter((id) => readRunId(id)?.environment === environment.name);
  if (run !== undefined && !known.includes(run)) {
    throw new RefusedError(`there is no run ${run} in ${store.place}`, { hint: "'crossfade history' lists the runs" });
  }
  if (run === undefined && options.anchor !== undefined)
    throw new ConfigurationError('--anchor belongs to one run: name it');
  const verifications: Verification[] = [];
  const anchors = options.anchor === undefined ? await anchorsOf(store, environment.name) : undefined;
  for (const id of run === undefined ? known : [run]) {
    const noted = options.anchor === undefined ? undefined : readAnchor(id, options.anchor);
    verifications.push(await verifyJournal(store, id, noted ?? anchors?.get(id)));
  }
  print(options.json, verifications, () => verificationLines(verifications));
  return verifications.every(({ findings }) => findings.length === 0) ? exitCodes.done : exitCodes.refused;
}

function readAnchor(run: string, text: string): Head {
  const at = text.indexOf(':');
  const sequence = Number(text.slice(0, at));
  const hash = digestSchema.safeParse(text.slice(at + 1));
  if (at > 0 && Number.isInteger(sequence) && sequence >= 0 && hash.success) return { run, sequence, hash: hash.data };
  throw new ConfigurationError(`--anchor ${text}: expected SEQUENCE:sha256:…`);
}
