import { expect } from 'chai';
import { postmortemPage } from '../../../cli/evidence/postmortem-page.js';
import { journals } from '../../support/journals.js';

describe('the draft of a post-mortem', () => {
  it('says when it was decided, by whom and why, how long users waited, and asks what only people know', async () => {
    const page = postmortemPage(await journals.rolledBack());
    expect(page).to.match(/^\| outcome \| ` rolled-back ` \|$/m);
    expect(page).to.match(/^\| decided to go back \| ` 20\S+ by ada: .*error.* ` \|$/m);
    expect(page).to.match(/^\| traffic back in \| ` \d+ ms ` \|$/m);
    expect(page).to.match(/^- 20\S+ judge-10: no: /m);
    expect(page.match(/^- To do: /gm)).to.have.length(4);
  });
});
