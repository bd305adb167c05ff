// Plays the five teams of examples/ on this machine: `npm run examples`. After `--`: names of teams, --items, --json.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { path } = await prepare();
const playing = spawn(process.execPath, ['--import', 'tsx', 'demo/teams/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
// The terminal sends Ctrl-C to both of us; this waits for the other.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => playing.kill(signal));
playing.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
