import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { findProcess } from '../../../platforms/local/host/processes/process-table.js';
import { endLeftovers, rememberEngine, type EngineRecord } from '../../../platforms/pulumi/leftover-engine.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A process that starts one more in a group of its own, as Pulumi does with its plugins, and then waits. */
const parent = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'], { detached: true, stdio: 'ignore' });
  console.log(child.pid);
  setTimeout(() => {}, 30000);
`;

describe('endLeftovers', () => {
  const records = temporaryFolder();
  const started: number[] = [];

  afterEach(() => {
    for (const pid of started.splice(0)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended, as it should.
      }
    }
  });

  async function engine(caller: EngineRecord['parent']): Promise<{ pid: number; plugin: number }> {
    const mark = `mark-${started.length}-${process.pid}`;
    const child = spawn(process.execPath, ['-e', parent], {
      detached: true,
      env: { ...process.env, CROSSFADE_ENGINE: mark },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = child.pid!;
    const plugin = Number(said.toString());
    started.push(pid, plugin);
    const { startTime } = (await findProcess(pid))!;
    const record = { format: 1, stack: 'local-blue', mark, pid, startTime, parent: caller, startedAt: 'now' } as const;
    await rememberEngine(records.path, record);
    return { pid, plugin };
  }

  it('fault 5: ends an engine whose caller was killed, with the plugins that it had started', async () => {
    const { pid, plugin } = await engine({ pid: process.pid, startTime: 'of another process with this pid' });
    expect(await endLeftovers(records.path, 'local-green'), 'not of this stack').to.deep.equal([]);
    expect(await endLeftovers(records.path, 'local-blue')).to.deep.equal([pid]);
    expect(await findProcess(pid)).to.equal(undefined);
    if (process.platform === 'linux') expect(await findProcess(plugin)).to.equal(undefined);
    expect(await readdir(records.path)).to.deep.equal([]);
  });

  it('refuses while the caller of an engine still runs', async () => {
    const caller = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'], { stdio: 'ignore' });
    started.push(caller.pid!);
    const { pid } = await engine({ pid: caller.pid!, startTime: (await findProcess(caller.pid!))!.startTime });
    const error = await endLeftovers(records.path, 'local-blue').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'engine');
    expect(await findProcess(pid)).to.not.equal(undefined);
  });
});
