import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ask, serviceErrorOf } from './ask.js';
import type { LogsApi } from './task-log.js';
import { clientOptions, type Place } from './place.js';

export function sdkLogs(place: Place): LogsApi {
  const client = new CloudWatchLogsClient(clientOptions(place));
  return {
    async read(logGroupName, logStreamName, after, signal) {
      const command = new GetLogEventsCommand({
        logGroupName,
        logStreamName,
        startFromHead: true,
        ...(after === undefined ? {} : { nextToken: after }),
      });
      try {
        const found = await ask('GetLogEvents', client, (options) => client.send(command, options), signal);
        const lines = (found.events ?? []).map((event) => event.message ?? '');
        return { lines, next: found.nextForwardToken ?? after };
      } catch (error) {
        if (serviceErrorOf(error) === 'ResourceNotFoundException') return { lines: [], next: after };
        throw error;
      }
    },
  };
}
