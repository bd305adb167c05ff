import { ConfigurationError } from '../../contract/errors.js';

const pattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * A moment as a person types it: ISO 8601 with a zone, so that nobody's machine decides which hour is meant. Throws
 * ConfigurationError.
 */
export function readMoment(option: string, text: string): Date {
  const match = pattern.exec(text);
  if (match) {
    const [, day = '', minute = '', second = ':00', zone = ''] = match;
    const moment = new Date(`${day}T${minute}${second}${zone}`);
    // 31 February becomes a day in March.
    const midnight = new Date(`${day}T00:00:00Z`);
    const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
    if (exists && !Number.isNaN(moment.getTime())) return moment;
  }
  throw new ConfigurationError(
    `${option} ${text}: expected a time with its zone, such as 2026-11-28T22:00Z or 2026-11-28T23:00+01:00`,
  );
}
