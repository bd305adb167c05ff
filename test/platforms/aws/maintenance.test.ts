import { expect } from 'chai';
import { maintenancePath, showsMaintenance } from '../../../contract/aws-route.js';
import { DriftError, RefusedError } from '../../../contract/errors.js';
import type { Maintenance } from '../../../pipeline/ports/maintenance.js';
import { awsMaintenance } from '../../../platforms/aws/maintenance.js';
import { FakeAlb } from '../../support/fake-alb.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const ruleArn = 'arn:aws:elasticloadbalancing:eu-central-1:222222222222:listener-rule/app/shop/1/2/maintenance';
const hidden = [{ field: 'path' as const, values: [maintenancePath] }];
const asked = { owner: 'ada', because: 'restoring a backup', forMilliseconds: 600_000 };

describe('awsMaintenance', () => {
  let clock: LeapingClock;
  let alb: FakeAlb;
  let scheduled: { at: Date; input: string; note?: string | undefined } | undefined;
  let order: string[];
  let maintenance: Maintenance;

  beforeEach(() => {
    clock = new LeapingClock('2026-01-01T12:00:00.000Z');
    alb = new FakeAlb(clock);
    alb.addRule({ arn: ruleArn, conditions: hidden, forward: undefined, stickySeconds: undefined });
    scheduled = undefined;
    order = [];
    maintenance = awsMaintenance({
      environment: 'production',
      ruleArn,
      alb,
      clock,
      schedule: {
        read: () => Promise.resolve(scheduled),
        write: (at, input, note) => {
          order.push(`scheduled, page ${showsMaintenance(alb.rule(ruleArn).conditions) ? 'on' : 'off'}`);
          scheduled = { at, input, note };
          return Promise.resolve();
        },
        remove: () => Promise.resolve((scheduled = undefined)),
      },
    });
  });

  it('comes before every route while it is on, and its end is due before it begins', async () => {
    expect(await maintenance.read()).to.equal(undefined);
    const state = await maintenance.on(asked);
    expect(state).to.deep.equal({
      owner: 'ada',
      because: 'restoring a backup',
      since: '2026-01-01T12:00:00.000Z',
      // Seeing it twice takes a second.
      remainingMilliseconds: 599_000,
    });
    expect(alb.rule(ruleArn).conditions).to.deep.equal([{ field: 'path', values: ['*'] }]);
    expect(order).to.deep.equal(['scheduled, page off']);
  });

  it("ends by itself: the schedule holds the load balancer's own call that ends it", async () => {
    await maintenance.on(asked);
    expect(scheduled?.at.toISOString()).to.equal('2026-01-01T12:10:00.000Z');
    expect(JSON.parse(scheduled?.input ?? '')).to.deep.equal({
      RuleArn: ruleArn,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [maintenancePath] } }],
    });
    alb.edit(ruleArn, { conditions: hidden });
    expect(await maintenance.read()).to.equal(undefined);
  });

  it('moves its end for the same owner, and refuses another one', async () => {
    await maintenance.on(asked);
    clock.leap(300_000);
    const moved = await maintenance.on(asked);
    expect(moved).to.deep.include({ since: '2026-01-01T12:00:00.000Z', remainingMilliseconds: 599_000 });
    const error = await rejection(maintenance.on({ ...asked, owner: 'grace' }), RefusedError);
    expect(error.message).to.match(/^ada has the maintenance page on since 2026-01-01T12:00:00.000Z: restoring/);
  });

  it('keeps its owner and its reason with its end, as far as they fit', async () => {
    await maintenance.on({ ...asked, because: '"\u0001'.repeat(400) });
    expect(scheduled?.note?.length).to.be.at.most(512);
    const state = await maintenance.read();
    expect(state).to.deep.include({ owner: 'ada', since: '2026-01-01T12:00:00.000Z' });
    expect(state?.because.startsWith('"\u0001"')).to.equal(true);
    expect(state?.because.endsWith('…')).to.equal(true);
    expect((await maintenance.off('ada'))?.owner).to.equal('ada');
  });

  it('says so when somebody has switched it on by hand, and can end that too', async () => {
    alb.edit(ruleArn, { conditions: [{ field: 'path', values: ['*'] }] });
    expect(await maintenance.read()).to.deep.include({ owner: 'somebody', remainingMilliseconds: 0 });
    await rejection(maintenance.on(asked), RefusedError);
    expect((await maintenance.off())?.owner).to.equal('somebody');
    expect(await maintenance.read()).to.equal(undefined);
  });

  it('is ended by its owner or by whoever names none, also twice', async () => {
    await maintenance.on(asked);
    expect(await maintenance.off('grace')).to.equal(undefined);
    expect(await maintenance.read()).to.not.equal(undefined);
    expect((await maintenance.off())?.owner).to.equal('ada');
    expect(scheduled).to.equal(undefined);
    expect(await maintenance.off()).to.equal(undefined);
    expect(alb.rule(ruleArn).conditions).to.deep.equal(hidden);
  });

  it('fault 33: waits until the rule reads as it was written', async () => {
    alb.staleFor = 5_000;
    await maintenance.on(asked);
    expect(await maintenance.read()).to.not.equal(undefined);
  });

  it('fault 31: outlasts throttling, and says when its rule is gone', async () => {
    alb.fail('modifyRule', 3);
    await maintenance.on(asked);
    alb.removeRule(ruleArn);
    await rejection(maintenance.read(), DriftError);
  });
});
