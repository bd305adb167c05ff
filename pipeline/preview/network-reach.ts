import { contains, readCidr } from '../../contract/cidr.js';
import type { Inputs } from './change.js';
import { isKnown, listAt, numberAt, recordOf, textAt } from './values.js';

/** One way through: from or to somebody, on some ports. */
export interface Reach {
  readonly direction: 'in' | 'out';
  readonly who: string;
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly everybody: boolean;
  /** The web's own ports and nothing else. */
  readonly web: boolean;
  readonly words: string;
}

export interface Reaches {
  readonly known: boolean;
  readonly reaches: readonly Reach[];
}

const everywhere = ['0.0.0.0/0', '::/0'];

/** Whom a security group, or a rule of one, lets through; undefined for what is neither. */
export function reachesOf(kind: string, inputs: Inputs | undefined): Reaches | undefined {
  if (inputs === undefined) return undefined;
  switch (kind) {
    case 'aws:vpc:SecurityGroupIngressRule':
      return { known: isKnown([inputs['cidrIpv4'], inputs['cidrIpv6']]), reaches: ruleReaches('in', inputs) };
    case 'aws:vpc:SecurityGroupEgressRule':
      return { known: isKnown([inputs['cidrIpv4'], inputs['cidrIpv6']]), reaches: ruleReaches('out', inputs) };
    case 'aws:ec2:SecurityGroupRule':
      return {
        known: isKnown(inputs['cidrBlocks']),
        reaches: ruleReaches(inputs['type'] === 'egress' ? 'out' : 'in', inputs),
      };
    case 'aws:ec2:SecurityGroup':
    case 'aws:ec2:DefaultSecurityGroup':
      return {
        known: isKnown([inputs['ingress'], inputs['egress']]),
        reaches: [
          ...listAt(inputs, 'ingress').flatMap((rule) => ruleReaches('in', recordOf(rule))),
          ...listAt(inputs, 'egress').flatMap((rule) => ruleReaches('out', recordOf(rule))),
        ],
      };
    default:
      return undefined;
  }
}

/** What of `after` no single way of `before` lets through already. */
export function widerReach(before: readonly Reach[], after: readonly Reach[]): readonly Reach[] {
  return after.filter((reach) => !before.some((old) => includes(old, reach)));
}

function ruleReaches(direction: 'in' | 'out', rule: Inputs): Reach[] {
  const protocol = textAt(rule, 'ipProtocol') ?? textAt(rule, 'protocol') ?? '-1';
  const all = protocol === '-1';
  const from = all ? 0 : (numberAt(rule, 'fromPort') ?? 0);
  const to = all ? 65_535 : (numberAt(rule, 'toPort') ?? 65_535);
  const ports = all ? 'every port' : from === to ? `${protocol} ${from}` : `${protocol} ${from}–${to}`;
  const web = protocol === 'tcp' && from === to && (from === 80 || from === 443);
  return whoOf(rule).map((who) => ({
    direction,
    who,
    protocol,
    from,
    to,
    everybody: everywhere.includes(who),
    web,
    words: `${who} on ${ports}`,
  }));
}

function whoOf(rule: Inputs): string[] {
  const single = ['cidrIpv4', 'cidrIpv6', 'referencedSecurityGroupId', 'prefixListId', 'sourceSecurityGroupId'];
  const lists = ['cidrBlocks', 'ipv6CidrBlocks', 'securityGroups', 'prefixListIds'];
  const named = single.flatMap((key) => (typeof rule[key] === 'string' ? [nameOf(rule[key])] : []));
  const listed = lists.flatMap((key) => listAt(rule, key).map((who) => nameOf(String(who))));
  return [...named, ...listed, ...(rule['self'] === true ? ['the group itself'] : [])];
}

function nameOf(who: string): string {
  return isKnown(who) ? who : 'a group that is made in this up';
}

function includes(old: Reach, reach: Reach): boolean {
  const sameWay = old.direction === reach.direction && (old.protocol === '-1' || old.protocol === reach.protocol);
  return sameWay && old.from <= reach.from && old.to >= reach.to && holds(old.who, reach.who);
}

function holds(outer: string, inner: string): boolean {
  const [one, other] = [readCidr(outer), readCidr(inner)];
  return outer === inner || (one !== undefined && other !== undefined && contains(one, other));
}
