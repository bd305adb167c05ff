import { z } from 'zod';

const loopback = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

/** Nothing goes over a line that others can read or change; on this machine there is no such line. */
export const httpsAddressSchema = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const { protocol, hostname, username, password } = new URL(text);
    return username === '' && password === '' && (protocol === 'https:' || loopback.test(hostname));
  },
  { error: 'an https address without a name or a password in it' },
);
