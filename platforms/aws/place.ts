/** Where an environment lies, as clients of AWS take it. */
export interface Place {
  readonly region: string;
  /** A stand-in for AWS, in tests; null: AWS itself. */
  readonly endpoint: string | null;
  /** For people: what happened to calls that nobody has to do anything about. */
  readonly tell?: (line: string) => void;
}

/** Without a region the SDK looks for one: AWS_REGION, then the profile. */
type Unplaced = Omit<Place, 'region'> & { readonly region?: string | undefined };

/** Options of every client. Credentials come from where the SDK looks for them: environment, profile, OIDC, role. */
export function clientOptions({ region, endpoint, tell = nothing }: Unplaced) {
  const logger = { debug: nothing, info: nothing, warn: tell, error: nothing };
  // The SDK's own two retries answer hiccups; longer trouble is persist's, which knows how long patience may last.
  const where = region === undefined ? {} : { region };
  return { ...where, maxAttempts: 3, logger, ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }) };
}

function nothing(): void {
  // Every call would be a line.
}
