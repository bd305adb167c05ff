import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { ask, serviceErrorOf } from './ask.js';
import type { ScheduleApi } from './dead-mans-switch.js';
import { clientOptions, type Place } from './place.js';

const absent = 'ResourceNotFoundException';

export interface ScheduleTarget {
  readonly group: string;
  readonly name: string;
  /** A function, or one of AWS's own calls by its universal target. */
  readonly arn: string;
  readonly roleArn: string;
}

/** One schedule that fires once. */
export function sdkSchedule(place: Place, target: ScheduleTarget): ScheduleApi {
  const client = new SchedulerClient(clientOptions(place));
  const which = { GroupName: target.group, Name: target.name };
  return {
    async read() {
      try {
        const command = new GetScheduleCommand(which);
        const found = await ask('GetSchedule', client, (options) => client.send(command, options));
        const at = /^at\((.*)\)$/.exec(found.ScheduleExpression ?? '')?.[1] ?? '';
        return { at: new Date(`${at}Z`), input: found.Target?.Input ?? '', note: found.Description };
      } catch (error) {
        if (serviceErrorOf(error) === absent) return undefined;
        throw error;
      }
    },

    async write(at, input, note) {
      const schedule = {
        ...which,
        ...(note === undefined ? {} : { Description: note }),
        ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' as const },
        Target: {
          Arn: target.arn,
          RoleArn: target.roleArn,
          Input: input,
          RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 20 },
        },
      };
      const update = new UpdateScheduleCommand(schedule);
      try {
        await ask('UpdateSchedule', client, (options) => client.send(update, options));
      } catch (error) {
        if (serviceErrorOf(error) !== absent) throw error;
        const create = new CreateScheduleCommand(schedule);
        await ask('CreateSchedule', client, (options) => client.send(create, options));
      }
    },

    async remove() {
      const command = new DeleteScheduleCommand(which);
      try {
        await ask('DeleteSchedule', client, (options) => client.send(command, options));
      } catch (error) {
        if (serviceErrorOf(error) !== absent) throw error;
      }
    },
  };
}
