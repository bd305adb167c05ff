import { expect } from 'chai';
import { program } from '../../cli/program.js';

interface Named {
  readonly commands: readonly Named[];
  name(): string;
  outputHelp(): void;
  configureOutput(output: { writeOut: (text: string) => void }): unknown;
}

interface Leaf {
  readonly words: string;
  readonly help: string;
}

function leavesOf(command: Named, before: readonly string[] = []): Leaf[] {
  return command.commands.flatMap((each) => {
    const words = [...before, each.name()];
    if (each.commands.length > 0) return leavesOf(each, words);
    return [{ words: words.join(' '), help: helpOf(each) }];
  });
}

function helpOf(command: Named): string {
  let said = '';
  command.configureOutput({ writeOut: (text) => (said += text) });
  command.outputHelp();
  return said;
}

describe('the help of the command line', () => {
  const leaves = leavesOf(program());

  it('is there for every command, with what it does and an example of it', () => {
    expect(leaves.map(({ words }) => words)).to.include.members(['deploy', 'status', 'audit verify', 'slot destroy']);
    for (const { words, help } of leaves) {
      expect(help, words).to.match(/^Usage: crossfade .*\n\n[A-Z][^]*?\.\n/);
      const example = new RegExp(`\nExamples?:\n(.*\n)*?  .*crossfade ${words}\\b`);
      expect(help, words).to.match(example);
    }
  });

  it('knows what speaks to machines', () => {
    const silent = leaves.filter(({ help }) => !help.includes('--json')).map(({ words }) => words);
    // A page, a draft and what is made of a document are texts by themselves.
    expect(silent).to.have.members(['report', 'checklist render', 'postmortem']);
  });

  it('does not say of what is left out that it is off', () => {
    for (const { words, help } of leaves) expect(help, words).to.not.contain('default: false').and.not.contain('[]');
  });

  it('puts every command into a group, in the order of need', () => {
    const help = helpOf(program());
    const headings = [...help.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
    expect(headings.slice(0, 3)).to.deep.equal(['Options', 'Look', 'Release, and go back']);
    expect(headings).to.not.include('Commands');
  });
});
