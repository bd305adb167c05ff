import {
  armedSwitchPayloadSchema,
  firedSwitchKey,
  firedSwitchSchema,
  type ArmedSwitchPayload,
} from '../../contract/armed-switch.js';
import { FencedError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { DeadMansSwitch, FiredSwitch } from '../../pipeline/ports/dead-mans-switch.js';
import { albTargets } from './alb-weights.js';
import type { Keeper } from './keeper.js';
import { persist } from './persist.js';
import type { Route } from './route.js';

/** One schedule that makes one call once. */
export interface ScheduleApi {
  /** Undefined: there is none. */
  read(): Promise<{ readonly at: Date; readonly input: string; readonly note?: string | undefined } | undefined>;
  /** A note is at most 512 characters long, for people and for whoever reads it again. */
  write(at: Date, input: string, note?: string): Promise<void>;
  remove(): Promise<void>;
}

export interface AwsDeadMansSwitchParts {
  readonly environment: string;
  readonly schedule: ScheduleApi;
  readonly routes: readonly Route[];
  readonly keeper: Keeper;
  readonly clock: Clock;
}

const patience = 30_000;

/** Armed by a schedule of AWS, which fires within a minute after the deadline, whether or not anybody here still lives. */
export function awsDeadMansSwitch(parts: AwsDeadMansSwitchParts): DeadMansSwitch {
  const { schedule, keeper, environment, clock } = parts;
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });

  async function armed(): Promise<{ readonly at: Date; readonly payload: ArmedSwitchPayload } | undefined> {
    const found = await persistently(() => schedule.read());
    return (
      found && { at: found.at, payload: parse(armedSwitchPayloadSchema, JSON.parse(found.input), 'the armed switch') }
    );
  }

  async function fired(): Promise<FiredSwitch | undefined> {
    const key = firedSwitchKey(environment);
    const text = await keeper.get(key);
    return text === undefined ? undefined : parse(firedSwitchSchema, JSON.parse(text), key);
  }

  async function refuseOlder(token: number): Promise<void> {
    const [last, now] = await Promise.all([fired(), armed()]);
    if (last && last.token > token) throw new FencedError(`the dead man's switch fired, and took token ${last.token}`);
    if (now && now.payload.token > token)
      throw new FencedError(`run ${now.payload.run} has armed it with a higher token`);
  }

  return {
    async arm({ run, returnTo, token, deadlineMilliseconds }) {
      await refuseOlder(token);
      const routes = parts.routes.map(({ service, ruleArn, targetGroups }) => {
        return { service, ruleArn, targets: [...albTargets(targetGroups, returnTo)] };
      });
      const payload: ArmedSwitchPayload = { kind: 'deadline', run, token, returnTo, routes };
      // To the second, and never before the deadline.
      const at = new Date(Math.ceil((clock.now().getTime() + deadlineMilliseconds) / 1_000) * 1_000);
      await persistently(() => schedule.write(at, JSON.stringify(payload)));
    },

    async disarm(token) {
      const now = await armed();
      if (now && now.payload.token <= token) await persistently(() => schedule.remove());
    },

    async read() {
      const [now, last] = await Promise.all([armed(), fired()]);
      // The schedule stays when it has fired.
      const standing = now && !(last && last.token > now.payload.token) ? now : undefined;
      return {
        armed: standing && {
          run: standing.payload.run,
          returnTo: standing.payload.returnTo,
          token: standing.payload.token,
          remainingMilliseconds: Math.max(0, standing.at.getTime() - clock.now().getTime()),
        },
        fired: last,
      };
    },
  };
}
