import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { minutesAndSeconds } from '../../demo/minutes-and-seconds.js';
import { Screen, type Output } from '../../demo/screen.js';
import { trafficLine } from '../../demo/traffic-line.js';

function screenOn(isTTY: boolean): { screen: Screen; written: () => string } {
  let text = '';
  const out: Output = { isTTY, columns: 100, write: (more: string) => (text += more) };
  return { screen: new Screen(out), written: () => text };
}

describe('Screen', () => {
  it('keeps the status below every other line of a terminal', () => {
    const { screen, written } = screenOn(true);
    screen.status('status');
    screen.line('one');
    expect(written()).to.equal('status\r\u001b[2Kone\nstatus');
    screen.status('');
    screen.line('two');
    expect(written()).to.equal('status\r\u001b[2Kone\nstatus\r\u001b[2Ktwo\n');
  });

  it('says nothing more once it is closed', () => {
    const { screen, written } = screenOn(true);
    screen.status('status');
    screen.close('the end');
    screen.line('one');
    screen.status('more');
    expect(written()).to.equal('status\r\u001b[2Kthe end\n');
  });

  it('shows no status where there is no terminal', () => {
    const { screen, written } = screenOn(false);
    screen.status('status');
    screen.line('one');
    expect(written()).to.equal('one\n');
  });

  it('keeps long texts inside the width, below each other', () => {
    const { screen, written } = screenOn(false);
    screen.explain('what', 'word '.repeat(60).trim());
    const lines = written().trimEnd().split('\n');
    expect(lines.length).to.be.above(3);
    for (const [index, line] of lines.entries()) {
      expect(line.length).to.be.at.most(110);
      expect(line.indexOf('word')).to.equal(index === 0 ? lines[0]!.indexOf('word') : 14);
    }
  });

  it('fills the line of a title, with how late it is at its end', () => {
    const { screen, written } = screenOn(false);
    screen.title('One');
    screen.title('Two', minutesAndSeconds(67_400));
    const [, one = '', , two = ''] = stripVTControlCharacters(written()).split('\n');
    expect(one.length).to.equal(two.length).and.equal(100);
    expect(two).to.match(/^━━ Two ━+ 1:07 ━━$/);
  });

  it('writes commands as somebody would type them', () => {
    const { screen, written } = screenOn(false);
    screen.command(['crossfade', 'deploy', 'local', '2.0.0', '--because', "it's time"]);
    expect(written()).to.contain("crossfade deploy local 2.0.0 --because 'it'\\''s time'");
  });
});

describe('trafficLine', () => {
  const milliseconds = { p50: 1, p95: 2, p99: 3 };
  const group = (version: string | null, colour: string | null, requests: number, failures = {}) => {
    return { version, colour, requests, failures, firstBegan: 0, lastBegan: 0, milliseconds };
  };

  it('says who answered, how much, and what failed', () => {
    const groups = [group('1.0.0', 'blue', 270), group('2.0.0', 'green', 30, { '500': 2 })];
    const line = trafficLine({ line: 'second', at: 0, inFlight: 0, groups });
    expect(line).to.contain('blue 1.0.0 90 %  green 2.0.0 10 %').and.contain('300 requests/s').and.contain('2 failed');
    expect(line.match(/█/g)).to.have.length(24);
  });

  it('has room for a second in which nothing was answered', () => {
    expect(trafficLine({ line: 'second', at: 0, inFlight: 9, groups: [] })).to.contain('0 requests/s');
  });
});
