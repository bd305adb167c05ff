import { z } from 'zod';
import { maintenancePath, showsMaintenance, type RouteCondition } from '../../contract/aws-route.js';
import { DriftError, PlatformError, RefusedError } from '../../contract/errors.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Maintenance, MaintenanceState } from '../../pipeline/ports/maintenance.js';
import type { AlbApi } from './alb-api.js';
import type { ScheduleApi } from './dead-mans-switch.js';
import { persist } from './persist.js';
import { ruleConditionOf } from './rule-condition.js';

export interface AwsMaintenanceParts {
  readonly environment: string;
  readonly ruleArn: string;
  readonly alb: AlbApi;
  /** Calls ModifyRule by itself, when the page's time is over. */
  readonly schedule: ScheduleApi;
  readonly clock: Clock;
}

const patience = 60_000;
const seenWithin = 30_000;
const lookEvery = 500;
/** A read may answer from before the write. */
const agreeing = 2;
/** What a schedule's description takes. */
const longestNote = 512;

const everything: readonly RouteCondition[] = [{ field: 'path', values: ['*'] }];
const nobody: readonly RouteCondition[] = [{ field: 'path', values: [maintenancePath] }];

const noteSchema = z.strictObject({ owner: z.string(), because: z.string(), since: z.iso.datetime() });

/**
 * The rule that comes before all others: it matches every path while the page is on, and one that nobody asks for
 * otherwise. Its end, and who has switched it on, is a schedule of AWS: no store and no runner is needed to end it.
 */
export function awsMaintenance(parts: AwsMaintenanceParts): Maintenance {
  const { environment, ruleArn, alb, schedule, clock } = parts;
  const persistently = <Value>(call: () => Promise<Value>, signal?: AbortSignal) =>
    persist(call, { clock, within: patience, signal });

  async function isOn(signal?: AbortSignal): Promise<boolean> {
    const [rule] = await persistently(() => alb.describeRules([ruleArn], signal), signal);
    if (!rule) {
      throw new DriftError(`the maintenance rule ${ruleArn} does not exist any more`, {
        hint: `'pulumi up --refresh --stack ${environment}' makes it again`,
      });
    }
    return showsMaintenance(rule.conditions);
  }

  async function write(conditions: readonly RouteCondition[], on: boolean): Promise<void> {
    await persistently(() => alb.modifyRule(ruleArn, { conditions }));
    const end = clock.monotonic() + seenWithin;
    let agreed = 0;
    while (agreed < agreeing) {
      agreed = (await isOn()) === on ? agreed + 1 : 0;
      if (clock.monotonic() > end)
        throw new PlatformError('the maintenance page was switched, but reads back otherwise');
      await clock.sleep(lookEvery);
    }
  }

  async function read(signal?: AbortSignal): Promise<MaintenanceState | undefined> {
    if (!(await isOn(signal))) return undefined;
    const found = await persistently(() => schedule.read(), signal);
    const now = clock.now();
    return {
      ...noteOf(found?.note, now),
      remainingMilliseconds: Math.max(0, (found?.at.getTime() ?? 0) - now.getTime()),
    };
  }

  return {
    read,

    async on({ owner, because, forMilliseconds }) {
      const now = await read();
      if (now && now.owner !== owner) {
        throw new RefusedError(`${now.owner} has the maintenance page on since ${now.since}: ${now.because}`, {
          hint: `'crossfade maintenance off ${environment}' ends it`,
        });
      }
      const until = new Date(Math.ceil((clock.now().getTime() + forMilliseconds) / 1_000) * 1_000);
      const since = now?.since ?? clock.now().toISOString();
      // Its end comes first: a page that ends early harms less than one that nobody ends.
      await persistently(() => schedule.write(until, endingCall(ruleArn), noteFor(owner, because, since)));
      await write(everything, true);
      return { owner, because, since, remainingMilliseconds: until.getTime() - clock.now().getTime() };
    },

    async off(owner) {
      const now = await read();
      if (now === undefined || (owner !== undefined && now.owner !== owner)) return undefined;
      await write(nobody, false);
      await persistently(() => schedule.remove());
      return now;
    },
  };
}

function noteFor(owner: string, because: string, since: string): string {
  const whole = JSON.stringify({ owner, because, since });
  if (whole.length <= longestNote) return whole;
  const room = longestNote - JSON.stringify({ owner, because: '…', since }).length;
  // A quote or a line's end takes two in JSON, and what can't be seen up to six.
  return JSON.stringify({ owner, because: `${because.slice(0, Math.max(0, Math.floor(room / 6)))}…`, since });
}

/** Whoever has switched it on by hand has left no note. */
function noteOf(text: string | undefined, now: Date): z.infer<typeof noteSchema> {
  const unknown = { owner: 'somebody', because: 'by hand: no schedule ends it', since: now.toISOString() };
  if (text === undefined || text === '') return unknown;
  try {
    return noteSchema.catch(unknown).parse(JSON.parse(text));
  } catch {
    return unknown;
  }
}

/** What the schedule sends to the load balancer's own API when the time is over. */
function endingCall(ruleArn: string): string {
  return JSON.stringify({ RuleArn: ruleArn, Conditions: nobody.map(ruleConditionOf) });
}

/** Of EventBridge Scheduler, for that call: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html. */
export const modifyRuleTarget = 'arn:aws:scheduler:::aws-sdk:elasticloadbalancingv2:modifyRule';
