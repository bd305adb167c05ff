const telling =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|PRIVATE_KEY|ACCESS_KEY|DSN|DATABASE_URL)$/i;
const shortest = 6;

/** Values of variables whose names say that they are secrets. */
export function secretsAmong(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables).flatMap(([name, value = '']) =>
    telling.test(name) && value.length >= shortest ? [value] : [],
  );
}
