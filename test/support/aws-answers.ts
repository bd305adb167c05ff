import type { Answers } from './pulumi-recorder.js';

const place = 'eu-central-1:222222222222';

type Inputs = Readonly<Record<string, unknown>>;

/** What AWS would add to a resource's inputs, in its own shapes; ids and ARNs tell the resource they belong to. */
const outputs: Readonly<Record<string, (name: string, inputs: Inputs) => Record<string, unknown>>> = {
  'aws:lb/loadBalancer:LoadBalancer': (name) => ({
    arn: `arn:aws:elasticloadbalancing:${place}:loadbalancer/app/${name}/50dc6c495c0c9188`,
    arnSuffix: `app/${name}/50dc6c495c0c9188`,
    dnsName: `${name}-1234567890.eu-central-1.elb.amazonaws.com`,
    zoneId: 'Z215JYRZR1TBD5',
  }),
  'aws:lb/targetGroup:TargetGroup': (name) => ({
    arn: `arn:aws:elasticloadbalancing:${place}:targetgroup/${name}/73e2d6bc24d8a067`,
    arnSuffix: `targetgroup/${name}/73e2d6bc24d8a067`,
  }),
  'aws:cloudwatch/logGroup:LogGroup': (_name, inputs) => ({
    arn: `arn:aws:logs:${place}:log-group:${String(inputs['name'])}`,
  }),
  'aws:ecs/cluster:Cluster': (_name, inputs) => ({ arn: `arn:aws:ecs:${place}:cluster/${String(inputs['name'])}` }),
  'aws:ecs/service:Service': (_name, inputs) => ({
    id: `arn:aws:ecs:${place}:service/shop-production/${String(inputs['name'])}`,
  }),
  'aws:rds/instance:Instance': (name, inputs) => ({
    identifier: `${name}-1a2b3c4`,
    arn: `arn:aws:rds:${place}:db:${name}-1a2b3c4`,
    address: `${name}-1a2b3c4.c9akciq32.eu-central-1.rds.amazonaws.com`,
    port: 5432,
    resourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXY1',
    masterUserSecrets: inputs['manageMasterUserPassword']
      ? [{ secretArn: `arn:aws:secretsmanager:${place}:secret:rds!db-1-Ab12Cd`, secretStatus: 'active', kmsKeyId: 'k' }]
      : [],
  }),
  'aws:rds/subnetGroup:SubnetGroup': (name) => ({ name: `${name}-9f8e7d6` }),
  'aws:rds/parameterGroup:ParameterGroup': (name) => ({ name: `${name}-7c6b5a4` }),
  'aws:s3/bucket:Bucket': (name) => ({ bucket: `${name}-5d4c3b2`, arn: `arn:aws:s3:::${name}-5d4c3b2` }),
  'aws:serverlessrepository/cloudFormationStack:CloudFormationStack': (name) => ({
    outputs: { RotationLambdaARN: `arn:aws:lambda:${place}:function:${name}` },
  }),
};

const services: Readonly<Record<string, string>> = { lb: 'elasticloadbalancing', cloudwatch: 'cloudwatch' };

export const awsAnswers: Answers = {
  outputs: ({ type, name, inputs }) => {
    const [, module = '', kind = ''] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
    const arn = `arn:aws:${services[module] ?? module}:${place}:${kind}/${name}`;
    return { name: inputs['name'] ?? `${name}-1a2b3c4`, arn, ...outputs[type]?.(name, inputs) };
  },
  call: (token, inputs) => {
    switch (token) {
      case 'aws:index/getAvailabilityZones:getAvailabilityZones':
        return { names: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'] };
      case 'aws:secretsmanager/getRandomPassword:getRandomPassword':
        return { randomPassword: 'x'.repeat(Number(inputs['passwordLength'])) };
      case 'aws:secretsmanager/getSecretVersion:getSecretVersion':
        return { secretString: `value of ${String(inputs['secretId'])}` };
      case 'aws:rds/getInstance:getInstance':
        return {
          dbInstanceIdentifier: inputs['dbInstanceIdentifier'],
          dbInstanceArn: `arn:aws:rds:${place}:db:${String(inputs['dbInstanceIdentifier'])}`,
          resourceId: 'db-ADOPTED',
          address: 'adopted.example.com',
          port: 5433,
          storageEncrypted: true,
          kmsKeyId: `arn:aws:kms:${place}:key/legacy`,
        };
      default:
        throw new Error(`the program called ${token}, which it is not known to call`);
    }
  },
};
