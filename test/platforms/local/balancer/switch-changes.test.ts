import { expect } from 'chai';
import { DriftError, FencedError, RefusedError } from '../../../../contract/errors.js';
import { armSwitch, disarmSwitch, fireSwitch } from '../../../../platforms/local/host/balancer/switch-changes.js';
import { shiftTraffic } from '../../../../platforms/local/host/balancer/traffic-changes.js';
import { allBlue, allGreen, half } from './bench.js';
import { openRoute, stateWith } from './state.js';

const at = new Date('2026-01-02T03:04:05Z');
const split = stateWith({ token: 3, routes: { api: openRoute('/', half), web: openRoute('/web', half) } });
const arming = { run: 'run-1', returnTo: allBlue, token: 3, deadlineMilliseconds: 1_000 };

describe('A change of traffic', () => {
  it('is one for all open services, and leaves dark ones', () => {
    const dark = { ...openRoute('/admin', allBlue), users: null };
    const { routes } = shiftTraffic({ ...split, routes: { ...split.routes, admin: dark } }, allGreen, { token: 3 });
    expect(Object.values(routes).map(({ weights }) => weights.green)).to.deep.equal([100, 100, 0]);
  });

  it('is refused under a lower token, from other weights, or where nothing is open', () => {
    expect(() => shiftTraffic(split, allGreen, { token: 2 })).to.throw(FencedError, 'token 2 is overtaken');
    expect(() => shiftTraffic(split, allGreen, { token: 3, expected: allBlue })).to.throw(DriftError, 'blue 50 %');
    expect(() => shiftTraffic(stateWith(), allGreen, { token: 3 })).to.throw(RefusedError);
    const mixed = { ...split, routes: { ...split.routes, web: openRoute('/web', allBlue) } };
    expect(() => shiftTraffic(mixed, allGreen, { token: 3, expected: half })).to.throw(DriftError);
    expect(shiftTraffic(mixed, allGreen, { token: 3 }).token).to.equal(3);
  });

  it('under a higher token makes the switch of the earlier holder void', () => {
    const armed = armSwitch(split, arming);
    expect(shiftTraffic(armed, allGreen, { token: 3 }).armed).to.not.equal(null);
    expect(shiftTraffic(armed, allGreen, { token: 4 }).armed).to.equal(null);
  });
});

describe('The switch', () => {
  it('is armed, moved and disarmed by who holds the highest token', () => {
    const armed = armSwitch(split, arming);
    expect(armed.armed?.remainingMilliseconds).to.equal(1_000);
    expect(armSwitch(armed, { ...arming, deadlineMilliseconds: 9_000 }).armed?.remainingMilliseconds).to.equal(9_000);
    expect(() => armSwitch(armed, { ...arming, token: 2 })).to.throw(FencedError);
    expect(() => disarmSwitch(armed, 2)).to.throw(FencedError);
    expect(disarmSwitch(disarmSwitch(armed, 3), 3).armed).to.equal(null);
    expect(armSwitch(split, { ...arming, token: 8 }).token).to.equal(8);
  });

  it('puts split and mixed traffic back and takes the next token', () => {
    const mixed = { ...split, routes: { ...split.routes, web: openRoute('/web', allGreen) } };
    for (const state of [split, mixed]) {
      const after = fireSwitch(armSwitch(state, arming), at);
      expect(Object.values(after.routes).map(({ weights }) => weights)).to.deep.equal([allBlue, allBlue]);
      expect(after.token).to.equal(4);
      expect(after.armed).to.equal(null);
      expect(after.fired).to.deep.equal({ run: 'run-1', returnTo: allBlue, token: 4, at: at.toISOString() });
    }
  });

  it('lapses where traffic is whole in the other slot', () => {
    const whole = { ...split, routes: { api: openRoute('/', allGreen) } };
    const after = fireSwitch(armSwitch(whole, arming), at);
    expect(after).to.deep.equal({ ...whole, armed: null });
  });

  it('does nothing when it is not armed', () => {
    expect(fireSwitch(split, at)).to.equal(split);
  });
});
