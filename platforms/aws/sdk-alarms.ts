import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  SetAlarmStateCommand,
  type AlarmHistoryItem,
} from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import type { AlarmAction, AlarmApi } from './alarms.js';
import { ask } from './ask.js';
import { clientOptions, type Place } from './place.js';

/** What CloudWatch writes down of an action, as far as it is read here. */
const historySchema = z.object({ actionState: z.string().optional(), notificationResource: z.string().optional() });

export function sdkAlarms(place: Place): AlarmApi {
  const client = new CloudWatchClient(clientOptions(place));
  return {
    async setState(AlarmName, StateValue, StateReason) {
      const command = new SetAlarmStateCommand({ AlarmName, StateValue, StateReason });
      await ask('SetAlarmState', client, (options) => client.send(command, options));
    },

    async actions(AlarmName, StartDate) {
      const command = new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'Action', StartDate });
      const found = await ask('DescribeAlarmHistory', client, (options) => client.send(command, options));
      return (found.AlarmHistoryItems ?? []).flatMap(actionOf);
    },
  };
}

function actionOf({ Timestamp, HistoryData, HistorySummary = '' }: AlarmHistoryItem): AlarmAction[] {
  const read = historySchema.safeParse(jsonOf(HistoryData ?? ''));
  if (!read.success || Timestamp === undefined) return [];
  const { actionState, notificationResource } = read.data;
  if (notificationResource === undefined) return [];
  const succeeded = actionState === 'Succeeded';
  return [{ at: Timestamp, target: notificationResource, succeeded, summary: HistorySummary }];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
