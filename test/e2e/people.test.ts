import { describe, expect, it } from 'vitest';
import { LABEL } from '../../src/state/names.ts';
import { readTaskRecord } from '../../src/state/record.ts';
import { onOneStage, type Stage } from './support/stage.ts';

/** Everything that people do here happens while BUSY runs; END shows that the plan is finished for all that. */
describe('people do what people do, in a public repository', () => {
  const play = onOneStage(
    {
      public: true,
      tasks: [
        { id: 'BUSY' },
        { id: 'DONE' },
        { id: 'IDLE', needs: ['BUSY'] },
        { id: 'BYHAND', needs: ['BUSY'] },
        { id: 'NEXT', needs: ['BYHAND'] },
        { id: 'SKIPPED', needs: ['BUSY'] },
        { id: 'AFTERSKIP', needs: ['SKIPPED'] },
        { id: 'END', needs: ['IDLE', 'NEXT'] },
      ],
    },
    async ({ session, closeDoor, atWork, eventually, issue }) => {
      await closeDoor('BUSY');
      await session.start();
      await atWork('BUSY');
      await eventually('DONE is closed', () => issue('DONE').state === 'closed');
    },
  );

  it(
    'commands of a stranger are refused once, politely, and do nothing',
    play(async ({ person, say, eventually, comments, record, labels }) => {
      const stranger = person('stranger');
      await say('BUSY', '/cancel', stranger);
      const answers = () => comments('BUSY').filter(({ author }) => author === 'agent-waves[bot]');
      await eventually('a refusal', () => answers().length > 0);
      await say('BUSY', '/cancel', stranger);
      await say('BUSY', '/skip', person('reader', 'read'));
      await eventually('the other refusal', () => answers().length > 1);
      await eventually('both are remembered', () => record('BUSY').refused.length === 2);

      expect(answers().map(({ body }) => /^Thank you, (\w+)\. Commands here are for/.exec(body)?.[1])).toEqual([
        'stranger',
        'reader',
      ]);
      expect(record('BUSY')).toMatchObject({ dispatch: 1, live: { sends: 1 } });
      expect(record('BUSY').skipped).toBeUndefined();
      expect(labels('BUSY')).toContain(LABEL.running);
    }),
  );

  it(
    '/why tells what an idle task waits for',
    play(async ({ say, eventually, comments, issue }) => {
      await say('IDLE', '/why');
      const answer = await eventually('an answer', () =>
        comments('IDLE').find(({ author }) => author.endsWith('[bot]')),
      );

      expect(answer.body).toContain(`**IDLE** is blocked: waits for BUSY (#${issue('BUSY').number}), running on A`);
    }),
  );

  it(
    'a broken record of a running task is rebuilt: numbers stay, and it is not dispatched again',
    play(async (stage) => {
      const before = stage.record('BUSY');
      await writeBody(stage, 'BUSY', 'I tidied this up.');
      const after = await eventuallyRecord(stage, 'BUSY');

      expect(after).toMatchObject({ attempt: 1, dispatch: 1, live: { run: before.live?.run } });
      expect(stage.runsOf('BUSY')).toHaveLength(1);
    }),
  );

  it(
    'a broken record of an idle and of a finished task is rebuilt, the proof of the work with it',
    play(async (stage) => {
      const done = stage.record('DONE').done;
      const body = stage.issue('DONE').body ?? '';
      await writeBody(stage, 'DONE', body.replace('"dispatch": 1', '"dispatch": 99, "x'));
      await writeBody(stage, 'IDLE', (stage.issue('IDLE').body ?? '').slice(0, -40));

      expect(await eventuallyRecord(stage, 'IDLE')).toMatchObject({ task: 'IDLE', attempt: 0, dispatch: 0 });
      expect(await eventuallyRecord(stage, 'DONE')).toMatchObject({
        attempt: 1,
        dispatch: 1,
        // Landings are counted from the base as it is when the record is rebuilt.
        done: { ...done, after: expect.any(String) },
      });
    }),
  );

  it(
    'an issue that a person labels for a task that has one already is told so, and stays theirs',
    play(async ({ session, eventually, issue }) => {
      const { github, lead, owner, repo } = session;
      const url = 'POST /repos/{owner}/{repo}/issues';
      const { data } = await lead.request(url, { owner, repo, title: 'IDLE: Make IDLE', labels: [LABEL.task] });
      const told = await eventually('it is told so', () =>
        github.issuesReport(`${owner}/${repo}`).find(({ number, comments }) => number === data.number && comments > 0),
      );

      expect(told.state).toBe('open');
      const comments = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const { data: said } = await lead.request(comments, { owner, repo, issue_number: data.number });
      expect(said[0]?.body).toContain(`#${issue('IDLE').number}`);
    }),
  );

  it(
    'a task that the lead closes by hand counts as completed, unverified; one that is skipped is left out; dependents go on',
    play(async ({ session, issue, eventually, openDoor, say, read, statuses, landings, runsOf, record }) => {
      const { lead, owner, repo } = session;
      const url = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
      const target = { owner, repo, issue_number: issue('BYHAND').number };
      await lead.request(url, { ...target, state: 'closed', state_reason: 'completed' });
      await say('SKIPPED', '/skip');
      await eventually('NEXT and AFTERSKIP land', () => record('NEXT').done && record('AFTERSKIP').done);
      await openDoor('BUSY');
      await eventually('the plan is closed', () => session.planIssueClosed());

      expect(runsOf('BYHAND')).toEqual([]);
      expect(runsOf('SKIPPED')).toEqual([]);
      expect(issue('SKIPPED')).toMatchObject({ state: 'closed', state_reason: 'not_planned' });
      expect((await landings()).map(({ task }) => task).sort()).toEqual([
        'AFTERSKIP',
        'BUSY',
        'DONE',
        'END',
        'IDLE',
        'NEXT',
      ]);
      await eventually('the plan file says so', async () => (await statuses()).END === 'completed');
      expect(await statuses()).toMatchObject({ BYHAND: 'completed', SKIPPED: 'blocked' });
      expect(await read('PROGRESS.md')).toMatch(/BYHAND.*not verified|BYHAND.*unverified/);
    }),
  );
});

async function writeBody({ session: { lead, owner, repo }, issue }: Stage, task: string, body: string): Promise<void> {
  const target = { owner, repo, issue_number: issue(task).number };
  await lead.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...target, body });
}

async function eventuallyRecord({ issue, eventually }: Stage, task: string) {
  return eventually(`the record of ${task} is back`, () => readTaskRecord(issue(task).body ?? ''));
}
