import type { Database } from '../../../pipeline/ports/database.js';
import { awsDatabase, type AwsDatabaseParts } from '../../../platforms/aws/database.js';
import { awsOutputs } from '../aws-outputs.js';
import { FakeEcs } from '../fake-ecs.js';
import { FakeTargets } from '../fake-targets.js';

type Named = Pick<AwsDatabaseParts, 'rds' | 'secrets' | 'clock'>;

/** The port on fakes of AWS; of what a test doesn't name, nothing is there. */
export function awsDatabaseOn(parts: Named & Partial<AwsDatabaseParts> & { readonly ecs?: FakeEcs }): Database {
  const outputs = awsOutputs();
  const { clock, ecs = new FakeEcs(clock) } = parts;
  const logs = { read: () => Promise.resolve({ lines: [], next: undefined }) };
  if (outputs.database === null) throw new Error('the outputs of the tests have a database');
  return awsDatabase({
    outputs,
    database: outputs.database,
    rdsElsewhere: () => {
      throw new Error('nobody copies here');
    },
    ecs,
    tasks: { ecs, logs, clock, subnetIds: ['subnet-1'], securityGroupId: 'sg-1' },
    targets: new FakeTargets(),
    keeper: { get: () => Promise.resolve(undefined), put: () => Promise.resolve() },
    requireAccount: () => Promise.resolve(),
    ...parts,
  });
}
