const shortestRaw = 3;
const shortestEncoded = 6;
const shortestLine = 8;

/**
 * Every way in which a secret may stand in text: as it is, escaped in JSON, URL-encoded, in hex, in base64 at each of
 * its three alignments. Longest first. Secrets below three characters are in every text and can't be masked.
 */
export function secretForms(secrets: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const lines = secret
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line.length >= shortestLine);
    for (const part of [secret, secret.trim(), ...lines]) {
      if (part.length >= shortestRaw) forms.add(part);
      for (const form of encodings(part)) if (form.length >= shortestEncoded) forms.add(form);
    }
  }
  return [...forms].sort((one, other) => other.length - one.length);
}

function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const escaped = JSON.stringify(secret).slice(1, -1);
  const hex = bytes.toString('hex');
  const inBase64 = [bytes.toString('base64'), ...[0, 1, 2].map((offset) => base64Inside(bytes, offset))];
  return [
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    ...urlEncodings(secret),
    hex,
    hex.toUpperCase(),
    ...inBase64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}

function urlEncodings(secret: string): string[] {
  // A lone surrogate can't be URL-encoded; URLSearchParams puts a replacement in its place.
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const strict = form.replaceAll('+', '%20');
  const loose = strict.replace(/%(21|27|28|29|7E)/g, (code) => decodeURIComponent(code));
  const path = loose.replace(/%(24|26|2B|2C|2F|3A|3B|3D|3F|40)/g, (code) => decodeURIComponent(code));
  const upper = [form, strict, loose, path];
  return [...upper, ...upper.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/** The characters that these bytes alone decide when they begin `offset` bytes into a group of three. */
function base64Inside(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const first = offset === 0 ? 0 : offset + 1;
  return text.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
}
