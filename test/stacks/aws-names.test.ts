import { expect } from 'chai';
import { environmentPrefix, migrationFamily, slotPrefix } from '../../contract/aws-names.js';
import { colours, type Colour } from '../../contract/colour.js';
import { awsSlot } from '../../stacks/aws-slot.js';
import { awsAnswers } from '../support/aws-answers.js';
import { awsGraph, type Graph } from '../support/aws-graph.js';
import { awsSlotInput } from '../support/aws-release.js';
import { record, type Recorded } from '../support/pulumi-recorder.js';

/** Where a type of resource says its name itself; the others get what Pulumi adds, seven digits at random. */
const givenName: Readonly<Record<string, string>> = {
  'aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration': 'configurationName',
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': 'alarmName',
  'aws:cloudwatch/dashboard:Dashboard': 'dashboardName',
  'aws:ecs/taskDefinition:TaskDefinition': 'family',
};
/** The team's own choice. */
const domain = 'aws:route53/record:Record';
const alarms = /^aws:cloudwatch\/(metricAlarm:MetricAlarm|compositeAlarm:CompositeAlarm)$/;

interface Named {
  /** What a name has to be alone in. */
  readonly space: string;
  readonly name: string;
  readonly given: boolean;
}

function named({ type, name, inputs }: Recorded): Named {
  const given = inputs[givenName[type] ?? 'name'];
  // A name of ECS's service is alone in its cluster only, and all kinds of alarm are in one place.
  const space = type.startsWith('aws:ecs/service')
    ? `${type} ${String(inputs['cluster'])}`
    : type.replace(alarms, 'alarm');
  return typeof given === 'string' ? { space, name: given, given: true } : { space, name, given: false };
}

/** Everything of an environment with both slots, in one account. */
class Product {
  readonly graph: Graph;
  readonly slots: readonly Recorded[];

  constructor(graph: Graph, slots: readonly Recorded[]) {
    this.graph = graph;
    this.slots = slots;
  }

  static async build(product: string, environment: string): Promise<Product> {
    const graph = await awsGraph('production', { product }, undefined, environment);
    const slot = (colour: Colour) => {
      const { outputs } = graph;
      const program = () =>
        awsSlot({ environment: outputs, colour, input: awsSlotInput(), services: outputs.services });
      return record(program, { answers: awsAnswers, stack: `${environment}-${colour}` });
    };
    const slots: Recorded[] = [];
    for (const colour of colours) slots.push(...(await slot(colour)).resources);
    return new Product(graph, slots);
  }

  names(of: readonly Recorded[] = [...this.graph.resources, ...this.slots]): Named[] {
    return of.filter(({ type, component }) => !component && type.startsWith('aws:') && type !== domain).map(named);
  }

  alarmsAndFamilies(of?: readonly Recorded[]): string[] {
    return this.names(of).flatMap(({ space, name }) => {
      if (space === 'alarm') return [`alarm:${name}-1a2b3c4`];
      return space.includes('taskDefinition') ? [`task-definition/${name}:7`] : [];
    });
  }

  /** What its releases may name alarms and definitions of tasks. */
  released(): RegExp[] {
    const [policy] = this.graph
      .ofType('aws:iam/rolePolicy:RolePolicy')
      .filter(({ name }) => name.endsWith('pipeline-release'));
    const { Statement } = JSON.parse(policy?.inputs['policy'] as string) as {
      Statement: readonly { Effect: string; Resource: readonly string[] }[];
    };
    return Statement.filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Resource }) => Resource)
      .map((arn) => arn.replace(/^arn:aws:\w+:[^:]+:\d+:/, ''))
      .filter((rest) => /^(alarm:(?!TargetTracking|.*-test-)|task-definition\/)/.test(rest))
      .map((rest) => new RegExp(`^${rest.split('*').map(escaped).join('.*')}$`));
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('products side by side in one account', function () {
  this.timeout(60_000);
  let products: readonly Product[];
  before(async () => {
    // The second would be called like the first, and the third like a slot of it, if their parts were only joined.
    products = [
      await Product.build('shop', 'eu-production'),
      await Product.build('shop-eu', 'production'),
      await Product.build('shop', 'eu-production-blue-x'),
    ];
  });

  it('share no name that is given, nor what Pulumi makes a name of', () => {
    const all = products.flatMap((product) => product.names().map(({ space, name }) => `${space} ${name}`));
    expect(all.length).to.be.greaterThan(600);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).to.deep.equal([]);
  });

  it('carry product and environment in every name that is given', () => {
    const [first, dashed] = products as [Product, Product];
    const given = (product: Product) =>
      product.names().filter(({ space, given }) => given && !space.startsWith('aws:ecs/service'));
    expect(given(first).length).to.be.greaterThan(15);
    for (const { space, name } of given(first))
      expect(name, space).to.match(/^(\/crossfade\/shop\/eu-production\/|shop-eu-production)/);
    for (const { space, name } of given(dashed)) {
      expect(name, space).to.match(/^(\/crossfade\/shop-eu\/production\/|shop-eu-production-[0-9a-f]{4})/);
    }
  });

  it('let a release name alarms and tasks of its own slots only, and none of its environment’s alarms', () => {
    for (const product of products) {
      const released = product.released();
      expect(released).to.have.length(5);
      const allowed = (name: string): boolean => released.some((pattern) => pattern.test(name));
      const own = product.alarmsAndFamilies(product.slots);
      expect(own.length).to.be.greaterThan(20);
      expect(own.filter((name) => !allowed(name))).to.deep.equal([]);
      const others = [
        ...product.alarmsAndFamilies(product.graph.resources),
        ...products.filter((other) => other !== product).flatMap((other) => other.alarmsAndFamilies()),
      ];
      expect(others.length).to.be.greaterThan(100);
      expect(others.filter(allowed)).to.deep.equal([]);
    }
  });
});

describe('names on AWS', () => {
  it('keep apart what would read alike', () => {
    expect(environmentPrefix('shop', 'eu-production')).to.equal('shop-eu-production');
    expect(environmentPrefix('shop-eu', 'production')).to.match(/^shop-eu-production-[0-9a-f]{4}$/);
    expect(environmentPrefix('a-b', 'c-d')).to.not.equal(environmentPrefix('a-b-c', 'd'));
  });

  it('are the same each time, and made of the cluster’s for slots and migrations', () => {
    expect(environmentPrefix('shop-eu', 'production')).to.equal(environmentPrefix('shop-eu', 'production'));
    expect(slotPrefix('shop-production', 'blue')).to.equal('shop-production_blue');
    expect(migrationFamily('shop-production')).to.equal('shop-production-migrate');
  });
});
