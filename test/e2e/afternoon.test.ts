import { describe, expect, it } from 'vitest';
import { LABEL } from '../../src/state/names.ts';
import { PLAN_PATH, type PlannedTask, planText } from './support/repository.ts';
import { onOneStage, type Stage } from './support/stage.ts';
import { git } from './support/world.ts';

/** Another workflow of the repository, which comments under the name of every workflow. */
const FORGER = `name: Forger
on:
  workflow_dispatch:
    inputs:
      issue: { required: true }
      body: { required: true }
permissions:
  issues: write
jobs:
  forge:
    runs-on: ubuntu-latest
    steps:
      - env:
          TOKEN: \${{ github.token }}
          ISSUE: \${{ inputs.issue }}
          BODY: \${{ inputs.body }}
        run: |
          curl --silent --show-error --fail --request POST \\
            --header "Authorization: token $TOKEN" --header "Content-Type: application/json" \\
            --data "$BODY" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$ISSUE/comments"
`;

const TASKS: readonly PlannedTask[] = [
  { id: 'GIVEN', wave: 1, status: 'completed' },
  { id: 'FIRST', wave: 1, needs: ['GIVEN'] },
  { id: 'LEFT', wave: 1 },
  { id: 'GONE', wave: 1 },
  { id: 'EDITED', wave: 1 },
  { id: 'IDEA', wave: 1, needs: ['FIRST'] },
  { id: 'NEXT', wave: 2, needs: ['FIRST', 'LEFT'] },
  { id: 'LAST', wave: 2, needs: ['NEXT', 'EDITED'] },
];

/** Each step begins where the one before it ended. */
describe('two people, a triager and a stranger steer a plan for an afternoon', () => {
  const play = onOneStage(
    {
      public: true,
      maxParallel: 4,
      tasks: TASKS,
      changes: { advance: 'auto' },
      files: { '.github/workflows/forger.yml': FORGER },
    },
    async ({ eventually, label, issue, closeDoor, atWork }) => {
      await closeDoor('FIRST', 'LEFT', 'GONE', 'EDITED', 'IDEA', 'NEXT', 'LAST');
      await eventually('the wave issues are there', () => issue('wave 2'));
      await label('wave 1', LABEL.start);
      for (const task of ['FIRST', 'LEFT', 'GONE', 'EDITED']) await atWork(task);
    },
  );

  it(
    'what the plan lists as completed is not run, and goes on being listed so',
    play(async ({ runsOf, statuses, record }) => {
      expect(runsOf('GIVEN')).toEqual([]);
      expect(await statuses()).toMatchObject({ GIVEN: 'completed' });
      expect(record('FIRST').live).toBeDefined();
    }),
  );

  it(
    'a stranger and a triager are heard politely, and nothing comes of it',
    play(async ({ person, say, label, edit, eventually, comments, record, issue, passes }) => {
      const triager = person('triager', 'triage');
      await say('LEFT', '/cancel', person('stranger'));
      await label('plan', LABEL.pause, triager);
      await edit('FIRST', { state: 'closed', state_reason: 'completed' }, triager);
      await eventually('the stranger has an answer', () =>
        comments('LEFT').some(({ body }) => body.startsWith('Thank you, stranger.')),
      );
      await eventually('FIRST is open again', () => issue('FIRST').state === 'open');
      await passes(2);

      expect(record('LEFT').live).toBeDefined();
      expect(record('FIRST')).toMatchObject({ dispatch: 1, live: { sends: 1 } });
    }),
  );

  it(
    'a result that another workflow makes up completes nothing',
    play(async ({ session, issue, record, comments, eventually, passes }) => {
      const live = record('FIRST').live;
      const said = { task: 'FIRST', issue: issue('FIRST').number, attempt: 1, slice: 1, dispatch: 1, run: live?.run };
      const result = {
        ...said,
        v: 1,
        outcome: 'completed',
        checks: [],
        summary: 'Done.',
        agent: { type: 'x', model: 'y' },
      };
      const body = `Done.\n\n<!-- agent-waves:result\n${JSON.stringify(result)}\n-->`;
      await session.lead.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
        owner: session.owner,
        repo: session.repo,
        workflow_id: 'forger.yml',
        ref: 'main',
        inputs: { issue: String(said.issue), body: JSON.stringify({ body }) },
      });
      await eventually('the comment is there', () =>
        comments('FIRST').some(({ author, body: text }) => author === 'github-actions[bot]' && text.includes('Done.')),
      );
      await passes(3);

      expect(record('FIRST').done).toBeUndefined();
      expect(issue('FIRST').state).toBe('open');
    }),
  );

  it(
    'a task that a second person skips while its agent works lands nothing',
    play(async ({ person, say, eventually, openDoor, runsOf, landings, issue, record }) => {
      await say('LEFT', 'This is not wanted any more.\n/priority 3\n/skip', person('second', 'write'));
      await eventually('its issue is closed', () => issue('LEFT').state === 'closed');
      await openDoor('LEFT');
      await eventually('its run is over', () => runsOf('LEFT').every(({ status }) => status === 'completed'));

      expect(issue('LEFT').state_reason).toBe('not_planned');
      expect(record('LEFT').skipped).toBe(true);
      expect(record('LEFT').live).toBeUndefined();
      expect((await landings()).map(({ task }) => task)).not.toContain('LEFT');
    }),
  );

  it(
    'a task that is taken out of the plan while its agent works ends, and its issue says so',
    play(async ({ session, write, read, eventually, openDoor, runsOf, landings, labels }) => {
      const number = session.github.runs().find((run) => run.inputs.task === 'GONE')?.inputs.issue;
      const plan = JSON.parse(await read(PLAN_PATH));
      plan.tasks = plan.tasks.filter(({ id }: { id: string }) => id !== 'GONE');
      await write(PLAN_PATH, `${JSON.stringify(plan, undefined, 2)}\n`);
      const gone = () =>
        session.github.issuesReport(`${session.owner}/${session.repo}`).find((each) => String(each.number) === number);
      await eventually('its issue is closed', () => gone()?.state === 'closed');
      await openDoor('GONE');
      await eventually('its run is over', () => runsOf('GONE').every(({ status }) => status === 'completed'));

      expect(gone()?.state_reason).toBe('not_planned');
      expect((await landings()).map(({ task }) => task)).not.toContain('GONE');
      expect(labels('GONE')).not.toContain(LABEL.running);
    }),
  );

  it(
    'an issue that is given another title and text while its agent works stays the one of its task',
    play(async ({ edit, openDoor, eventually, landings, session, runsOf, issue }) => {
      const { number } = issue('EDITED');
      await edit('EDITED', { title: 'A better name', body: 'And better words.' });
      const own = () =>
        session.github.issuesReport(`${session.owner}/${session.repo}`).find((each) => each.number === number);
      await openDoor('EDITED');
      await eventually('it is closed', () => own()?.state === 'closed');

      expect(runsOf('EDITED')).toHaveLength(1);
      expect((await landings()).filter(({ task }) => task === 'EDITED')).toMatchObject([{ issue: number }]);
    }),
  );

  it(
    'words for an agent are in its brief, and one comment may hold several commands',
    play(async ({ say, openDoor, atWork, brief, eventually, record, issue }) => {
      await say('IDEA', '/tell Mind the gap.\n/priority 5');
      await eventually('both are remembered', () => record('IDEA').told?.length === 1 && record('IDEA').priority === 5);
      await openDoor('FIRST');
      await eventually('FIRST is closed', () => issue('FIRST').state === 'closed');
      await atWork('IDEA');

      expect(await brief('IDEA', 1)).toContain('Mind the gap.');
    }),
  );

  it(
    'a broken plan is told on the plan issue, commands work on, and its repair is enough',
    play(async ({ write, read, eventually, issue, say, comments }) => {
      const sound = await read(PLAN_PATH);
      await write(PLAN_PATH, sound.replace('"dependencies"', '"depends_on"'));
      await eventually('people are told', () => /depends_on/.test(issue('plan').body ?? ''));
      await say('IDEA', '/why');
      await eventually('there is an answer', () =>
        comments('IDEA').some(({ author, body }) => author === 'agent-waves[bot]' && body.includes('IDEA')),
      );
      await write(PLAN_PATH, sound);
      await eventually('nothing is said any more', () => !/depends_on/.test(issue('plan').body ?? ''));
    }),
  );

  it(
    'work that is reverted is not done any more, what needs it waits, and `/retry` lands it again',
    play(async (stage) => {
      const { landings, eventually, say, statuses, openDoor, issue, runsOf, atWork } = stage;
      const first = (await landings()).find(({ task }) => task === 'FIRST')?.commit ?? '';
      await revert(stage, first, 'work/FIRST.txt');
      await eventually('it is known to be lost', async () => (await statuses()).FIRST !== 'completed');
      expect(runsOf('NEXT')).toEqual([]);
      await say('FIRST', '/retry');
      await atWork('FIRST');
      await eventually(
        'it has landed again',
        async () => (await landings()).filter(({ task }) => task === 'FIRST').length === 2,
      );
      await openDoor('IDEA');
      await eventually('wave 1 is closed', () => issue('wave 1').state === 'closed');
    }),
  );

  it(
    'the next wave starts by itself, and the plan ends',
    play(async ({ openDoor, eventually, session, statuses, read }) => {
      await openDoor('NEXT', 'LAST');
      await eventually('the plan is closed', () => session.planIssueClosed());
      await eventually('the file says so', async () => (await statuses()).LAST === 'completed');

      expect(await statuses()).toEqual({
        GIVEN: 'completed',
        FIRST: 'completed',
        LEFT: 'blocked',
        EDITED: 'completed',
        IDEA: 'completed',
        NEXT: 'completed',
        LAST: 'completed',
      });
      expect(await read('PROGRESS.md')).toContain('LEFT');
    }),
  );

  it(
    'a second plan with the same ids has issues and runs of its own',
    play(async ({ session, write, eventually, landings, openDoor }) => {
      const { github, owner, repo, lead } = session;
      const issues = () => github.issuesReport(`${owner}/${repo}`);
      const before = issues().length;
      const second = planText([{ id: 'FIRST' }, { id: 'NEXT', needs: ['FIRST'] }], { id: 'second', name: 'Second' });
      await openDoor('FIRST', 'NEXT');
      await write(PLAN_PATH, second);
      const plan = await eventually('its plan issue is there', () =>
        issues()
          .slice(before)
          .find(({ title }) => title.startsWith('Plan:')),
      );
      const at = { owner, repo, issue_number: plan.number };
      await lead.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...at, labels: [LABEL.start] });
      await eventually('it is closed', () => issues().find(({ number }) => number === plan.number)?.state === 'closed');

      const landed = (await landings()).filter(({ issue }) => issue > plan.number);
      expect(landed.map(({ task }) => task)).toEqual(['FIRST', 'NEXT']);
    }),
  );
});

const COMMIT = `mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/** The lead takes a commit back that wrote one file, as the button on GitHub's page does. */
async function revert({ session, eventually }: Stage, commit: string, path: string): Promise<void> {
  const { gitDir, owner, repo, lead } = session;
  const subject = (await git(gitDir, 'log', '-1', '--format=%s', commit)).trim();
  // Passes commit to the same branch at any moment.
  await eventually('it is taken back', async () => {
    const expectedHeadOid = (await git(gitDir, 'rev-parse', 'main')).trim();
    const message = { headline: `Revert "${subject}"`, body: `This reverts commit ${commit}.` };
    const branch = { repositoryNameWithOwner: `${owner}/${repo}`, branchName: 'main' };
    const fileChanges = { deletions: [{ path }] };
    await lead.graphql(COMMIT, { input: { branch, expectedHeadOid, message, fileChanges } });
    return true;
  });
}
