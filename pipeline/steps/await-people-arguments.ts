import { z } from 'zod';
import { askingSchema } from '../people/asking.js';

export const awaitPeopleArguments = z.strictObject({ asked: z.array(askingSchema).min(1) });
