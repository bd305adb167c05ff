import type { settingFormats } from '../contract/gate.js';

type Format = (typeof settingFormats)[number];

const formats: Readonly<Record<Format, (value: string) => boolean>> = {
  url: (value) => URL.canParse(value),
  'https-url': (value) => URL.canParse(value) && new URL(value).protocol === 'https:',
  hostname: (value) =>
    /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(value),
  email: (value) => /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/.test(value),
  integer: (value) => /^-?\d+$/.test(value),
  number: (value) => /^-?\d+(?:\.\d+)?$/.test(value),
  boolean: (value) => /^(?:true|false)$/i.test(value),
  uuid: (value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
};

/** Whether a setting's value, or a secret's, is written like that. */
export function hasForm(format: Format, value: string): boolean {
  return formats[format](value);
}
