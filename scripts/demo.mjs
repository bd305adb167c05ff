// Shows the whole thing on this machine: `npm run demo`. Options after `--`: --keep leaves it running, --clean removes
// every trace of an earlier demo.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { path } = await prepare();
const demo = spawn(process.execPath, ['--import', 'tsx', 'demo/demo.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
// The terminal sends Ctrl-C to both of us; the demo cleans up, and this waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
demo.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
