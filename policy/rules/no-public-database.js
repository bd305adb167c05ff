const databases = ['aws:rds/instance:Instance', 'aws:rds/clusterInstance:ClusterInstance'];
const everybody = ['0.0.0.0/0', '::/0'];
const databasePorts = [1433, 1521, 3306, 5432, 6379, 27017];

const noPublicDatabase = {
  name: 'no-public-database',
  description: 'No database can be reached from the internet.',
  check({ type, props }) {
    if (databases.includes(type) && props.publiclyAccessible === true) return 'publiclyAccessible is true';
    const rules = ingressOf(type, props);
    const open = rules.find((rule) => whoOf(rule).some((who) => everybody.includes(who)) && databasePort(rule));
    return open === undefined ? undefined : `lets everybody reach port ${databasePort(open)}, a database's`;
  },
};

function ingressOf(type, props) {
  if (type === 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule') return [props];
  if (type === 'aws:ec2/securityGroupRule:SecurityGroupRule') return props.type === 'ingress' ? [props] : [];
  if (type === 'aws:ec2/securityGroup:SecurityGroup' && Array.isArray(props.ingress)) return props.ingress;
  return [];
}

function whoOf({ cidrIpv4, cidrIpv6, cidrBlocks, ipv6CidrBlocks }) {
  return [cidrIpv4, cidrIpv6, cidrBlocks, ipv6CidrBlocks].flat();
}

function databasePort({ ipProtocol, protocol, fromPort, toPort }) {
  if ((ipProtocol ?? protocol) === '-1') return databasePorts[0];
  return databasePorts.find((port) => port >= Number(fromPort) && port <= Number(toPort));
}

module.exports = { noPublicDatabase };
