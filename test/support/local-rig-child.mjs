// Run by local-rig.ts in a process of its own: the real command line's parts, with a store that kills the process
// at one of its journal appends. Words: the compiled package's folder, the project's folder, a version, the point.
const [compiled, project, version, append, when] = process.argv.slice(2);
const from = (path) => import(`file://${compiled}/dist/${path}`);

process.chdir(project);
const { openEnvironment } = await from('cli/open-environment.js');
const { conduct } = await from('cli/run/conduct.js');
const { gatherFacts, settingsOfEnvironment } = await from('cli/run/gather-facts.js');
const { planDeploy } = await from('pipeline/plan-deploy.js');
const { readRelease } = await from('journal/releases.js');
const { newRunId } = await from('journal/run-id.js');

const environment = await openEnvironment('local');
const outputs = await environment.outputs();
const platform = await environment.platform(outputs);
const release = await readRelease(environment.store, version);
const run = newRunId('local', new Date());
let count = 0;
const store = new Proxy(environment.store, {
  get(target, name) {
    const member = Reflect.get(target, name, target);
    if (name !== 'append') return typeof member === 'function' ? member.bind(target) : member;
    return async (stream, ...rest) => {
      const here = stream.startsWith('journals/') && count++ === Number(append);
      if (here && when === 'before') process.kill(process.pid, 'SIGKILL');
      const outcome = await target.append(stream, ...rest);
      if (here && when === 'after') process.kill(process.pid, 'SIGKILL');
      return outcome;
    };
  },
});
const plan = async () =>
  planDeploy({
    ...(await gatherFacts(environment, platform, outputs, { run, because: 'a test' })),
    release,
    settings: await settingsOfEnvironment(environment, platform),
  });
const { clock, by, quarantine } = environment;
const quiet = { onEvent: () => undefined, say: () => undefined };
const interrupt = new globalThis.AbortController().signal;
const ended = await conduct({
  store,
  clock,
  by,
  quarantine,
  platform,
  environment: 'local',
  run,
  plan,
  interrupt,
  ...quiet,
});
process.stdout.write(ended.outcome);
