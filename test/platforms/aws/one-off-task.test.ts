import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { TaskDefinition } from '../../../platforms/aws/ecs-api.js';
import { runOneOff } from '../../../platforms/aws/one-off-task.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const definition: TaskDefinition = {
  family: 'shop-production-migrate',
  container: 'api',
  image: `shop/api@sha256:${'1'.repeat(64)}`,
  command: ['node', 'migrate.mjs'],
  environment: {},
  secrets: {},
  cpu: 256,
  memory: 512,
  architecture: 'X86_64',
  executionRoleArn: 'arn:aws:iam::222222222222:role/execution',
  taskRoleArn: 'arn:aws:iam::222222222222:role/task',
  logGroup: '/crossfade/shop/production/api',
  logPrefix: 'migrate',
  region: 'eu-central-1',
};

describe('runOneOff', () => {
  let clock: LeapingClock;
  let ecs: FakeEcs;
  let lines: { at: number; line: string }[];
  let streams: Set<string>;
  let said: string[];
  let turn: AbortController;

  const run = (token = 'migrate-run-1', within = 600_000) => {
    const logs = {
      read: (_group: string, stream: string, after: string | undefined) => {
        streams.add(stream);
        const from = Number(after ?? 0);
        const due = lines.filter(({ at }) => at <= clock.monotonic());
        return Promise.resolve({ lines: due.slice(from).map(({ line }) => line), next: String(due.length) });
      },
    };
    const parts = { ecs, logs, clock, subnetIds: ['subnet-1'], securityGroupId: 'sg-1' };
    const work: Work = { signal: turn.signal, say: (line) => said.push(line) };
    return runOneOff(parts, { definition, token, within }, work);
  };

  beforeEach(() => {
    clock = new LeapingClock();
    ecs = new FakeEcs(clock);
    ecs.oneOffTakes = 20_000;
    lines = [];
    streams = new Set();
    said = [];
    turn = new AbortController();
  });

  it('runs the image in the private network, and says what the task says, once and in order', async () => {
    lines = [
      { at: 4_000, line: 'applying 001' },
      { at: 9_000, line: '\u001b[31mapplying 002\u001b[0m\r' },
      { at: 22_000, line: 'done' },
    ];
    const evidence = await run();
    expect(evidence).to.include({ exitCode: 0 });
    expect(said).to.deep.equal(['  applying 001', '  applying 002', '  done']);
    expect(ecs.registered).to.deep.equal([definition]);
    expect(ecs.oneOffs[0]?.task).to.deep.include({ subnetIds: ['subnet-1'], securityGroupId: 'sg-1' });
    expect([...streams]).to.deep.equal(['migrate/api/one-off-0']);
  });

  it('fault 32: is one task however often it is asked for by the same run', async () => {
    await run();
    await run();
    expect(ecs.oneOffs).to.have.length(1);
  });

  it('never runs beside another of its family, and goes on with its own', async () => {
    ecs.foreign = [{ family: definition.family, arn: 'arn:aws:ecs:::task/shop/other', startedBy: 'migrate-run-0' }];
    const error = await rejection(run(), PlatformError);
    expect(error.message).to.match(/task .*other of shop-production-migrate still runs, started by migrate-run-0/);
    expect(ecs.oneOffs).to.deep.equal([]);
  });

  it('says with which code it ended, why ECS says so, and what it said last', async () => {
    ecs.oneOffExit = 3;
    ecs.stoppedBecause = 'Essential container in task exited';
    lines = [{ at: 1_000, line: 'relation "orders" already exists' }];
    const error = await rejection(run(), PlatformError);
    expect(error.message).to.equal(
      'task one-off-0 ended with code 3: Essential container in task exited; it last said: relation "orders" already exists',
    );
    expect(error.hint).to.match(/stream migrate\/api\/one-off-0/);
  });

  it('says why a task that never ran did not: an image or a secret that ECS could not get', async () => {
    ecs.oneOffExit = undefined;
    ecs.stoppedBecause = 'CannotPullContainerError: not found';
    const error = await rejection(run(), PlatformError);
    expect(error.message).to.equal('task one-off-0 never ran to its end: CannotPullContainerError: not found');
  });

  it('stops a task that takes longer than it may', async () => {
    ecs.oneOffTakes = Number.POSITIVE_INFINITY;
    const error = await rejection(run('migrate-run-1', 60_000), PlatformError);
    expect(error.message).to.equal('task one-off-0 did not end within 60 s and was stopped');
    expect(ecs.calls.at(-1)).to.equal('StopTask');
  });

  it('stops the task when the run is turned', async () => {
    ecs.oneOffTakes = Number.POSITIVE_INFINITY;
    const reason = new Error('rollback asked for');
    lines = [{ at: 6_000, line: 'half way' }];
    const running = run();
    const turning = setInterval(() => said.includes('  half way') && turn.abort(reason));
    expect(await rejection(running)).to.equal(reason);
    clearInterval(turning);
    expect(ecs.calls.at(-1)).to.equal('StopTask');
  });

  it('fault 31: outlasts throttling', async () => {
    ecs.throttled = 5;
    expect(await run()).to.include({ exitCode: 0 });
    expect(ecs.oneOffs).to.have.length(1);
  });
});
