import type { Event } from '../../contract/event.js';
import type { OpenEnvironment } from '../open-environment.js';
import { Messenger } from './messenger.js';
import { postOffice } from './post-office.js';
import { tellsOf } from './tells-of.js';
import { writtenMessages } from './written-messages.js';

/** Undefined where nobody wants to be told anything. */
export function messengerOf(
  environment: OpenEnvironment,
  run: string,
  say: (line: string) => void,
): Messenger | undefined {
  const { notify, product } = environment.configuration;
  if (Object.keys(notify.receivers).length === 0) return undefined;
  const tells = (events: readonly Event[]) => tellsOf(notify, writtenMessages(events));
  return new Messenger({
    ...postOffice(environment),
    clock: environment.clock,
    run,
    product,
    every: notify.every,
    tells,
    say,
  });
}
