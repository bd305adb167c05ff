import { expect } from 'chai';
import { FrameTracker } from '../../../../platforms/local/host/balancer/frame-tracker.js';

describe('The frame tracker', () => {
  const frames: Record<string, Buffer> = {
    'an empty frame': Buffer.from([0x81, 0]),
    'a short frame': Buffer.concat([Buffer.from([0x81, 5]), Buffer.alloc(5, 0x88)]),
    'a masked frame': Buffer.concat([Buffer.from([0x81, 0x85, 1, 2, 3, 4]), Buffer.alloc(5)]),
    'a frame with a length of two bytes': Buffer.concat([Buffer.from([0x82, 126, 0x01, 0x00]), Buffer.alloc(256)]),
    'a masked frame with a length of eight bytes': Buffer.concat([
      Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 9, 9, 9, 9]),
      Buffer.alloc(65_537),
    ]),
  };

  for (const [name, frame] of Object.entries(frames)) {
    it(`knows the end of ${name}, however it is cut`, () => {
      for (const size of [1, 2, 3, 7, 1_000, frame.length]) {
        const tracker = new FrameTracker();
        for (let at = 0; at < frame.length; at += size) {
          expect(tracker.betweenFrames, `at ${at}`).to.equal(at === 0);
          tracker.see(frame.subarray(at, at + size));
        }
        expect(tracker.betweenFrames).to.equal(true);
      }
    });
  }

  it('follows one frame after the other', () => {
    const tracker = new FrameTracker();
    const all = Buffer.concat(Object.values(frames));
    tracker.see(all);
    expect(tracker.betweenFrames).to.equal(true);
    tracker.see(all.subarray(0, all.length - 1));
    expect(tracker.betweenFrames).to.equal(false);
  });
});
