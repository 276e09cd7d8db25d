import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRunner } from '../../src/runner/runner.ts';
import { branch, octokitFor, startTown } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };

const CI = `on:
  pull_request: { branches: [main] }
jobs:
  ci:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@v5
      - name: look
        run: |
          echo "$GITHUB_REF_NAME $GITHUB_HEAD_REF onto $GITHUB_BASE_REF"
          cat README.md work.txt
          test "$(cat work.txt)" = good
`;

test('a real workflow checks the merge of a pull request, and the required check lets it in or keeps it out', async () => {
  const town = await startTown({
    files: { 'README.md': '# Daw\n', '.github/workflows/ci.yml': CI },
    runner: createRunner({ actions: {}, tools: [] }),
  });
  try {
    const lead = octokitFor(town.github, town.lead.token);
    town.github.protect('acme/daw', { branch: 'main', pullRequest: { approvals: 0 }, requiredChecks: ['ci'] });
    const land = async (name: string, content: string) => {
      await branch(town, name, { 'work.txt': content });
      const { data } = await lead.rest.pulls.create({ ...at, title: name, head: name, base: 'main' });
      await town.github.idle();
      const merging = lead.rest.pulls.merge({ ...at, pull_number: data.number, merge_method: 'squash' });
      return { number: data.number, outcome: await merging.then(({ data: { message } }) => message, String) };
    };

    const bad = await land('bad', 'bad\n');
    const good = await land('good', 'good\n');

    expect(bad.outcome).toContain('Required status check "ci" is failing.');
    expect(good.outcome).toBe('Pull Request successfully merged');
    const run = town.github.runs().at(-1);
    const log = await readFile(join(town.folder, 'runs', String(run?.id), 'ci', '02-look.log'), 'utf8');
    expect(log).toContain(`${good.number}/merge good onto main`);
    expect(log).toContain('# Daw');
  } finally {
    await town.close();
  }
});
