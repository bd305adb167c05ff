import { describeDuration } from '../contract/duration.js';
import type { Verdict } from '../contract/verdict.js';
import type { Adapter, CheckOf } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { Git } from './git/git.js';
import { hasForm } from './has-form.js';
import { examplesOf } from './secret/examples-of.js';
import { findInHistory } from './secret/find-in-history.js';
import { strengthOf } from './secret/strength-of.js';

/** Shorter ones are found by chance anywhere. */
const shortestToFind = 8;

/** A secret of the slot, looked at in this process alone: no value, no length and no digest of it is told. */
export const askSecret: Adapter<'secret'> = async (check, { plan, platform, environment }, around, signal) => {
  const { name } = check;
  const reference = plan.input?.settings.secrets[name];
  if (reference === undefined) {
    const open = plan.input?.settings.values[name] !== undefined;
    return no(open ? `${name} is a plain setting, for everybody to read` : `there is no secret ${name}`, { name });
  }
  if (!platform.secrets?.read) return unknown('whoever releases here may not read secrets', { name });
  const secret = await platform.secrets.read(name, reference);
  if (secret === undefined) return unknown(`${name} can't be read`, { name });
  const { value, since } = secret;
  const git = new Git(around.folder, signal);
  const verdicts = [
    ...judgeItself(check, value),
    ...(check.maximumAge === undefined ? [] : [judgeAge(check.maximumAge, since, around.clock.now())]),
    ...(check.notTheExamples === true ? [await judgeExamples(git, name, value)] : []),
    ...(check.notInGit === true ? [await judgeHistory(git, value)] : []),
  ];
  for (const other of (check.differsIn ?? []).filter((each) => each !== environment)) {
    const there = await around.secretOf(other, name);
    if (there === undefined) verdicts.push(unknown(`that of ${other} can't be read here`));
    else if (there === value) verdicts.push(no(`it is the same in ${other}`));
  }
  const worst = verdicts.find(({ answer }) => answer === 'no') ?? verdicts.find(({ answer }) => answer === 'unknown');
  return worst
    ? { ...worst, because: `${name}: ${worst.because}`, evidence: { name } }
    : yes(`${name} is there and fits`, { name });
};

function judgeItself(check: CheckOf<'secret'>, value: string): Verdict[] {
  const { startsWith, format, minimumLength, minimumBits } = check;
  if (value === '') return [no('it is empty')];
  return [
    ...(startsWith !== undefined && !value.startsWith(startsWith) ? [no(`it does not begin with ${startsWith}`)] : []),
    ...(format !== undefined && !hasForm(format, value) ? [no(`it is not written like ${format}`)] : []),
    ...(minimumLength !== undefined && value.length < minimumLength
      ? [no(`it is shorter than ${minimumLength} characters`)]
      : []),
    ...(minimumBits !== undefined && strengthOf(value) < minimumBits
      ? [no(`it is weaker than ${minimumBits} bits`)]
      : []),
  ];
}

function judgeAge(most: number, since: string | undefined, now: Date): Verdict {
  if (since === undefined) return unknown('nothing tells when it was changed');
  const age = now.getTime() - Date.parse(since);
  return age <= most ? yes('young enough') : no(`it was not changed for ${describeDuration(age)}`);
}

async function judgeExamples(git: Git, name: string, value: string): Promise<Verdict> {
  const path = (await examplesOf(git, name)).find((example) => example.value === value)?.path;
  return path === undefined ? yes('no example has it') : no(`it is that of ${path}`);
}

async function judgeHistory(git: Git, value: string): Promise<Verdict> {
  if (value.length < shortestToFind) return unknown('it is too short to be told from other text');
  if (await findInHistory(git, value)) return no('it is in the repository, or was at some time');
  if (await git.isShallow()) return unknown('this repository has a part of its history only');
  return yes('the repository never had it');
}
