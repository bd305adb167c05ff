// Loaded before the command line: whoever calls a load balancer by the name that moto gave it is led to the stand-in at
// 127.0.0.1:CROSSFADE_TEST_DOOR. Everything else goes where it wants to.
import { Socket } from 'node:net';

const door = Number(process.env.CROSSFADE_TEST_DOOR);
const connect = Socket.prototype.connect;

Socket.prototype.connect = function (...words) {
  // Node's own callers hand over [options, callback], others the two as they are.
  const options = Array.isArray(words[0]) ? words[0][0] : words[0];
  if (/\.elb\.amazonaws\.com$/.test(options?.host ?? '')) Object.assign(options, { host: '127.0.0.1', port: door });
  return connect.apply(this, words);
};
