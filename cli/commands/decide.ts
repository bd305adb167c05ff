import type { DecisionKind } from '../../contract/decision.js';
import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import { planHash, type Plan } from '../../contract/plan.js';
import { addDecision } from '../../journal/decisions.js';
import { readJournal } from '../../journal/read-journal.js';
import { readRunId } from '../../journal/run-id.js';
import { askingsOf } from '../../pipeline/people/askings-of.js';
import type { Asking } from '../../pipeline/people/asking.js';
import { decide, refusalOf } from '../../pipeline/people/decide.js';
import { vouch } from '../../pipeline/people/vouch.js';
import { isFinal, progressOf } from '../../pipeline/progress.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { listedIn } from '../people/listed-in.js';
import { openSigner } from '../people/signer.js';
import { StoredPeople } from '../people/stored-people.js';
import { titleOf } from '../print/event-line.js';
import { print } from '../print/print.js';
import { readDurationOption } from '../read-duration-option.js';
import { systemClock } from '../run/system-clock.js';

export interface DecideOptions {
  readonly environment: string | undefined;
  /** Ids of what is decided; empty: everything that this person may decide. */
  readonly items: readonly string[];
  /** Why, or what they saw. */
  readonly words: string;
  /** A file with an ed25519 private key as PEM. */
  readonly key: string | undefined;
  /** Hash of the plan that was looked at, or the beginning of it. */
  readonly plan: string | undefined;
  /** The word counts for that long, such as 4h. */
  readonly validFor: string | undefined;
  readonly json: boolean;
  readonly dryRun: boolean;
}

type Kind = Exclude<DecisionKind, 'waived'>;

/** Puts down that somebody approves a run, rejects it, or has seen what an item asks for; refuses what would not count. */
export async function decideOn(kind: Kind, run: string, options: DecideOptions): Promise<ExitCode> {
  const environment = await findEnvironment(options.environment ?? readRunId(run)?.environment);
  const store = openStore(environment);
  const progress = progressOf((await readJournal(store, run)).events);
  const { plan } = progress;
  if (isFinal(progress)) throw new RefusedError(`run ${run} is over: ${progress.ended?.outcome ?? ''}`);
  refuseOtherPlan(plan, options.plan);
  const listed = listedIn(environment.configuration);
  const signer = await openSigner(listed, environment.name, options.key);
  const now = systemClock.now();
  const circumstances = { plan, approvers: listed.approvers, now };
  const validFor = readDurationOption('--valid-for', options.validFor);
  const expires = validFor === undefined ? {} : { expires: new Date(now.getTime() + validFor).toISOString() };
  const answers = asked(kind, plan, options.items).map((asking) => {
    const about = { kind, environment: plan.environment, run, plan: planHash(plan), item: asking.item };
    const decision = signer.decide({ ...about, at: now.toISOString(), ...expires }, options.words);
    const said = vouch(decision, listed, 'this');
    return { asking, decision, refusal: refusalOf(said, decision.statement, asking, circumstances) };
  });
  const counting = answers.filter(({ refusal }) => refusal === undefined);
  // Of what was named, all or nothing.
  if (counting.length < (options.items.length === 0 ? 1 : answers.length)) {
    throw new RefusedError([...new Set(answers.flatMap(({ refusal }) => refusal ?? []))].join('\n'), {
      hint: 'nothing was put down: it would not count',
    });
  }
  for (const { decision } of options.dryRun ? [] : counting) await addDecision(store, decision);
  const decisions = await new StoredPeople(store, listed).decisions(plan);
  const open = askingsOf(plan)
    .map((asking) => decide(asking, decisions, circumstances))
    .filter(({ answer }) => answer !== 'yes');
  const data = {
    run,
    plan: planHash(plan),
    by: signer.approver,
    kind,
    items: counting.map(({ asking }) => asking.item),
  };
  print(options.json, { ...data, open: open.map(({ answer, because }) => ({ answer, because })) }, () => [
    `${options.dryRun ? 'would put down' : signer.approver}: ${kind} ${titleOf(plan)}`,
    `  run   ${run}, plan ${planHash(plan)}`,
    ...counting.map(({ asking }) => `  ${asking.item}: ${asking.title}`),
    ...(open.length === 0
      ? [`nobody else is waited for: 'crossfade resume ${plan.environment}' goes on, if nobody waits there`]
      : open.map(({ because }) => because)),
  ]);
  return exitCodes.done;
}

function asked(kind: Kind, plan: Plan, items: readonly string[]): Asking[] {
  const fits = ({ asks }: Asking): boolean =>
    kind === 'rejected' || asks === (kind === 'approved' ? 'approval' : 'sign-off');
  const all = askingsOf(plan);
  const fitting = all.filter(fits);
  const strange = items.filter((id) => fitting.every(({ item }) => item !== id));
  if (fitting.length > 0 && strange.length === 0) {
    return items.length === 0 ? fitting : fitting.filter(({ item }) => items.includes(item));
  }
  const what = kind === 'signed' ? 'sign-off' : kind === 'approved' ? 'approval' : 'decision';
  throw new RefusedError(
    `run ${plan.run} asks for no ${what}${items.length === 0 ? '' : ` of ${strange.join(', ')}`}`,
    {
      hint: all.length === 0 ? 'it asks nobody for anything' : `it asks for ${all.map((each) => each.item).join(', ')}`,
    },
  );
}

function refuseOtherPlan(plan: Plan, seen: string | undefined): void {
  if (seen === undefined) return;
  const hash = planHash(plan);
  if (
    seen.replace(/^sha256:/, '').length >= 12 &&
    hash.slice('sha256:'.length).startsWith(seen.replace(/^sha256:/, ''))
  )
    return;
  throw new RefusedError(`run ${plan.run} has plan ${hash}, not ${seen}`, {
    hint: 'look at what would be carried out, then decide on that',
  });
}
