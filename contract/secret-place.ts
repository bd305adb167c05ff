import { z } from 'zod';

const pattern = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*)$/;

/**
 * Where the command line finds a secret of its own: `env:NAME`, or `file:PATH` relative to the stack file. What doesn't
 * look like one is never quoted: it may be the secret itself.
 */
export const secretPlaceSchema = z.preprocess(
  // A password of digits alone is a number in YAML.
  (said) => (typeof said === 'number' ? String(said) : said),
  z.string().refine((text) => pattern.test(text), {
    error: 'where the secret is: env:NAME or file:PATH, never the secret itself',
    params: { secret: true },
  }),
);
