import { z } from 'zod';
import { canonicalJson, digestOf, digestSchema } from './json.js';

const settingName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, { error: "a setting's name in capitals, such as DATABASE_URL" });

/** Where a secret lies; never what it is. The version makes a change of the secret a change of the settings. */
export const secretReferenceSchema = z.strictObject({ reference: z.string().min(1), version: z.string().min(1) });

/** An environment's application configuration as a run hands it to a slot. */
export const settingsSchema = z.strictObject({
  hash: digestSchema,
  values: z.record(settingName, z.string()),
  secrets: z.record(settingName, secretReferenceSchema),
});

export type Settings = z.infer<typeof settingsSchema>;

export const settingValuesSchema = z.record(settingName, z.string());
export const settingSecretsSchema = z.record(settingName, secretReferenceSchema);

export function settingsOf(parts: Omit<Settings, 'hash'>): Settings {
  return { hash: digestOf(canonicalJson({ secrets: parts.secrets, values: parts.values })), ...parts };
}
