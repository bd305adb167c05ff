import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { markVariables } from '../../../../../platforms/local/host/processes/marks.js';
import { findProcess, membersOfGroup } from '../../../../../platforms/local/host/processes/process-table.js';
import { stopReplica, type ReplicaProcess } from '../../../../../platforms/local/host/processes/stop-replica.js';

const marks = { directory: '/shop', colour: 'blue', service: 'api' } as const;

/** A shell-like leader with a child in its group. */
const family = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'], { stdio: 'ignore' });
  console.log(child.pid);
  setTimeout(() => {}, 30000);
`;

describe('stopReplica', () => {
  const started: number[] = [];

  afterEach(() => {
    for (const group of started.splice(0)) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It was stopped, as it should.
      }
    }
  });

  async function start(program: string): Promise<ReplicaProcess> {
    const child = spawn(process.execPath, ['-e', program], {
      detached: true,
      env: { ...process.env, ...markVariables(marks) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    started.push(child.pid!);
    await once(child.stdout, 'data');
    return { ...marks, ...(await findProcess(child.pid!))! };
  }

  it('ends the process and its children', async () => {
    const replica = await start(family);
    expect(await membersOfGroup(replica.pid)).to.have.length(2);
    expect(await stopReplica(replica, 2_000)).to.deep.equal({ killed: false });
    expect(await membersOfGroup(replica.pid)).to.deep.equal([]);
  });

  it('ends children whose parent has gone before them', async function () {
    if (process.platform !== 'linux') this.skip();
    const replica = await start(family);
    process.kill(replica.pid, 'SIGKILL');
    while ((await findProcess(replica.pid)) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await stopReplica(replica, 2_000);
    expect(await membersOfGroup(replica.pid)).to.deep.equal([]);
  });

  it('kills one that does not listen, after the time that it was given', async () => {
    const replica = await start(`process.on('SIGTERM', () => {}); console.log('deaf'); setTimeout(() => {}, 30000);`);
    const began = performance.now();
    expect(await stopReplica(replica, 300)).to.deep.equal({ killed: true });
    expect(performance.now() - began).to.be.within(295, 3_000);
  });

  it('does not touch a process that has got its number since', async () => {
    const stranger = await start(family);
    await stopReplica({ ...stranger, startTime: 'long ago' }, 100);
    expect(await membersOfGroup(stranger.pid)).to.have.length(2);
  });
});
