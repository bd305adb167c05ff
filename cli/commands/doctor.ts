import { exitCodes, OperatorError, type ExitCode } from '../../contract/errors.js';
import { openPlatform } from '../../platforms/open.js';
import type { EnvironmentConfiguration } from '../../contract/configuration.js';
import { S3Bucket } from '../../journal/s3-bucket.js';
import { checkBucket } from '../doctor/check-bucket.js';
import { checkDrill } from '../doctor/check-drill.js';
import { checkEnvironment, checkPort } from '../doctor/check-environment.js';
import { checkSpace, checkStore } from '../doctor/check-store.js';
import { checkTools } from '../doctor/check-tools.js';
import { fine, wrong, type Check } from '../doctor/check.js';
import { findEnvironment, type FoundEnvironment } from '../find-environment.js';
import { bucketPlace, openStore } from '../open-store.js';
import { checkLines } from '../print/check-lines.js';
import { print } from '../print/print.js';
import { systemClock } from '../run/system-clock.js';
import { look, noEngine } from '../status/look.js';
import { surroundingsOf } from '../surroundings-of.js';

/** Looks at everything that runs depend on, and says how to mend what is wrong. Exit code 3 when anything is. */
export async function doctor(name: string | undefined, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const checks = [...(await checkTools()), ...(await checkProject(name))];
  print(json, checks, () => checkLines(checks));
  return checks.every(({ answer }) => answer !== 'no') ? exitCodes.done : exitCodes.refused;
}

async function checkProject(name: string | undefined): Promise<Check[]> {
  let found: FoundEnvironment;
  try {
    found = await findEnvironment(name);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [wrong('configuration', error.message, error.hint)];
  }
  return [fine('configuration', found.file), await checkSpace(found.folder), ...(await checkStored(found))];
}

async function checkStored(found: FoundEnvironment): Promise<Check[]> {
  const { name, configuration } = found;
  const store = openStore(found);
  const stored = await checkStore(store);
  const written = [stored, ...(stored.answer === 'yes' ? await checkBucketOf(configuration) : [])];
  const facts = await look({
    environment: name,
    store,
    clock: systemClock,
    open: (outputs) => openPlatform(outputs, surroundingsOf(name, store, noEngine)),
  }).catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    return error;
  });
  if (facts instanceof OperatorError) return [...written, wrong('records', facts.message, facts.hint)];
  const port = !facts.known && configuration.platform === 'local' ? [await checkPort(configuration)] : [];
  return [
    ...written,
    ...port,
    ...(await checkAwsOf(found)),
    ...checkEnvironment(facts),
    ...checkDrill(configuration, facts),
  ];
}

async function checkAwsOf(found: FoundEnvironment): Promise<Check[]> {
  if (found.configuration.platform !== 'aws') return [];
  const { checkAws } = await import('../doctor/check-aws.js');
  return checkAws(found, systemClock.now());
}

async function checkBucketOf(configuration: EnvironmentConfiguration): Promise<Check[]> {
  if (configuration.platform !== 'aws' || !configuration.store.startsWith('s3://')) return [];
  const place = bucketPlace(configuration);
  const bucket = new S3Bucket(place);
  try {
    const refusesMismatch = await bucket.refusesMismatch('doctor/match');
    return checkBucket({ bucket: place.bucket, configured: place, found: await bucket.inspect(), refusesMismatch });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [wrong('bucket', error.message, error.hint)];
  }
}
