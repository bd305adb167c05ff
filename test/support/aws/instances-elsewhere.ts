/** Where an instance of moto's, which runs no database, really answers. */
export interface Elsewhere {
  readonly host: string;
  readonly port: number;
  /** Where the login of its master is kept once RDS was asked to; undefined: not by RDS. */
  readonly masterSecretArn?: string;
}

/** RDS's answer with other endpoints, and where it names a login that moto made for a master, with the server's own. */
export function instancesElsewhere(xml: string, of: (identifier: string) => Elsewhere | undefined): string {
  return xml.replace(/<DBInstance>[\s\S]*?<\/DBInstance>/g, (instance) => {
    const identifier = /<DBInstanceIdentifier>([^<]+)</.exec(instance)?.[1] ?? '';
    const elsewhere = of(identifier);
    if (elsewhere === undefined) return instance;
    const { host, port, masterSecretArn } = elsewhere;
    const endpoint = `<Endpoint><Address>${host}</Address><Port>${port}</Port></Endpoint>`;
    const secret =
      masterSecretArn === undefined || !instance.includes('<MasterUserSecret>')
        ? ''
        : `<MasterUserSecret><SecretArn>${masterSecretArn}</SecretArn><SecretStatus>active</SecretStatus></MasterUserSecret>`;
    return instance
      .replace(/<Endpoint>[\s\S]*?<\/Endpoint>/, '')
      .replace(/<MasterUserSecret>[\s\S]*?<\/MasterUserSecret>/, '')
      .replace('</DBInstance>', `${endpoint}${secret}</DBInstance>`);
  });
}
