import { setTimeout as pause } from 'node:timers/promises';
import { postmasterOf } from '../../platforms/local/host/postgres-process.js';

/** SIGKILL, and until it is dead: a signal is only on its way when kill() returns, and who starts a server meanwhile finds the dying one. */
export async function killPostmaster(data: string): Promise<void> {
  const pid = postmasterOf(data);
  if (pid === undefined) throw new Error(`no server works on ${data}`);
  process.kill(pid, 'SIGKILL');
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    if (postmasterOf(data) === undefined) return;
    await pause(5);
  }
  throw new Error(`process ${pid} outlives SIGKILL`);
}
