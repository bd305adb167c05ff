import { expect } from 'chai';
import fc from 'fast-check';
import { differences, reviewedStack } from '../../../pipeline/preview/reviewed-changes.js';
import { changesOf } from '../../../pipeline/preview/changes-of.js';
import { answer, step } from '../../support/engine-steps.js';
import { readEnginePreview } from '../../../pipeline/preview/engine-preview.js';

function reviewed(steps: readonly object[]) {
  return reviewedStack('production', changesOf('production', readEnginePreview(answer(steps).stdout)!.steps));
}

const thing = 'aws:sns/topic:Topic';
const one = step('update', thing, 'one', [{ a: 1 }, { a: 2 }]);
const two = step('create', thing, 'two', [undefined, { b: 1 }]);
const three = step('delete', thing, 'three', [{}, undefined]);

describe('what was reviewed', () => {
  it('has the same hash in whatever order the engine goes, and whatever defaults it notes', () => {
    const noted = step('update', thing, 'one', [{ a: 1 }, { a: 2, __defaults: ['x'] }]);
    fc.assert(
      fc.property(fc.shuffledSubarray([noted, two, three], { minLength: 3 }), (steps) => {
        expect(reviewed(steps).hash).to.equal(reviewed([one, two, three]).hash);
      }),
    );
  });

  it('has no value in it', () => {
    expect(
      JSON.stringify(reviewed([step('create', thing, 'it', [undefined, { password: 'hunter2' }])])),
    ).to.not.contain('hunter2');
  });

  const cases: readonly [string, object[], RegExp][] = [
    [
      'another operation',
      [step('replace', thing, 'one', [{ a: 1 }, { a: 2 }]), two, three],
      /one: reviewed as update, now replace/,
    ],
    [
      'another path',
      [step('update', thing, 'one', [{ a: 1 }, { a: 1, c: 2 }]), two, three],
      /one: reviewed at a, now at c/,
    ],
    [
      'another value',
      [step('update', thing, 'one', [{ a: 1 }, { a: 3 }]), two, three],
      /one: the same operation with other values at a/,
    ],
    ['one more', [one, two, three, step('delete', thing, 'four', [{}, undefined])], /not reviewed: delete four/],
    ['one less', [one, two], /not any more: delete three/],
  ];
  for (const [what, steps, says] of cases) {
    it(`differs by ${what}`, () => {
      const [before, now] = [reviewed([one, two, three]), reviewed(steps)];
      expect(now.hash).to.not.equal(before.hash);
      const found = differences(before.changes, now.changes);
      expect(found).to.have.length(1);
      expect(found[0]).to.match(says);
    });
  }
});
