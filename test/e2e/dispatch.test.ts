import type { Fault, RequestView } from 'embedded-github';
import { describe, expect, it } from 'vitest';
import { readResult } from '../../src/state/result.ts';
import { onOneStage, type Stage } from './support/stage.ts';

const DISPATCHES = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';

/** Each of these meets a fault of its own; JOIN then shows that all of them have landed. */
const VICTIMS = ['LATE-502', 'EARLY-502', 'TWICE', 'NOWHERE', 'ENDLESS', 'LOST', 'CANCELLED', 'RERUN'];

const stubborn = new Set<number>();

const isFor = (task: string) => (view: { readonly inputs: Readonly<Record<string, string>> }) =>
  view.inputs.task === task;

const answer502 = (task: string, moment: 'before' | 'after'): Fault => ({
  ...{ on: 'request', method: 'POST', route: DISPATCHES, answer: { status: 502 }, moment },
  when: ({ body }: RequestView) => (body.inputs as { task?: string } | undefined)?.task === task,
});

describe.concurrent('one dispatch, one landing', () => {
  const play = onOneStage(
    {
      tasks: [...VICTIMS.map((id) => ({ id })), { id: 'JOIN', needs: VICTIMS }],
      faults: [
        answer502('LATE-502', 'after'),
        answer502('EARLY-502', 'before'),
        { on: 'dispatch', runs: 2, when: isFor('TWICE') },
        { on: 'dispatch', runs: 0, when: isFor('NOWHERE') },
        { on: 'run', fate: 'never-ends', when: isFor('ENDLESS') },
      ],
      ignoreCancel: (run) => stubborn.has(run),
    },
    async ({ session, closeDoor }) => {
      await closeDoor('LOST', 'CANCELLED', 'RERUN');
      await session.start();
    },
  );

  it(
    'a dispatch that was accepted and answered 502 is found and not sent again',
    play(async (stage) => {
      await landed(stage, 'LATE-502');

      expect(stage.runsOf('LATE-502').map(({ displayTitle }) => displayTitle)).toEqual([title(stage, 'LATE-502', 1)]);
      expect(stage.record('LATE-502')).toMatchObject({ dispatch: 1, attempt: 1 });
    }),
  );

  it(
    'a dispatch that was answered 502 before it was accepted is sent again under its number after the grace period',
    play(async (stage) => {
      await landed(stage, 'EARLY-502');

      expect(stage.runsOf('EARLY-502').map(({ displayTitle }) => displayTitle)).toEqual([title(stage, 'EARLY-502', 1)]);
      expect(stage.record('EARLY-502')).toMatchObject({ dispatch: 1, attempt: 1 });
    }),
  );

  it(
    'of two runs for one dispatch one lands and the other ends green, saying that it was superseded',
    play(async (stage) => {
      const { runsOf, log, landings, eventually } = stage;
      await landed(stage, 'TWICE');
      await eventually('both runs have ended', () => runsOf('TWICE').every(({ status }) => status === 'completed'));

      expect(runsOf('TWICE').map(({ conclusion }) => conclusion)).toEqual(runsOf('TWICE').map(() => 'success'));
      expect(runsOf('TWICE').length).toBeGreaterThanOrEqual(2);
      const logs = await Promise.all(runsOf('TWICE').map(({ id }) => log(id)));
      expect(logs.filter((text) => text.includes('Nothing was changed: run')).length).toBe(runsOf('TWICE').length - 1);
      expect((await landings()).filter(({ task }) => task === 'TWICE')).toHaveLength(1);
      expect(results(stage, 'TWICE')).toEqual(['completed']);
    }),
  );

  it(
    'a dispatch that starts no run at all is sent again under its number and uses no attempt',
    play(async (stage) => {
      await landed(stage, 'NOWHERE');

      expect(stage.runsOf('NOWHERE').map(({ displayTitle }) => displayTitle)).toEqual([title(stage, 'NOWHERE', 1)]);
      expect(stage.record('NOWHERE').attempt).toBe(1);
    }),
  );

  it(
    'a run that stays in progress after its last step does not hold its task up',
    play(async (stage) => {
      await landed(stage, 'ENDLESS');

      expect(stage.runsOf('ENDLESS').map(({ status }) => status)).toEqual(['in_progress']);
    }),
  );

  it(
    'a run whose machine is lost costs no attempt: the task is dispatched again and lands',
    play(async (stage) => {
      const { session, atWork, openDoor, runsOf, record, eventually } = stage;
      await atWork('LOST');
      const [first] = runsOf('LOST');
      if (first) session.github.loseMachine(first);
      await openDoor('LOST');
      await landed(stage, 'LOST');
      await eventually('both runs have ended', () => runsOf('LOST').every(({ status }) => status === 'completed'));

      expect(record('LOST')).toMatchObject({ attempt: 1, dispatch: 2 });
      expect(record('LOST').history.map(({ outcome }) => outcome)).toEqual(['infrastructure', 'completed']);
      expect(runsOf('LOST').map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
    }),
  );

  it(
    'a run that goes on after /cancel lands nothing; the task is held until /start, and then runs to its end',
    play(async (stage) => {
      const { session, atWork, openDoor, runsOf, record, say, issue, statuses, landings, eventually } = stage;
      await atWork('CANCELLED');
      const [first] = runsOf('CANCELLED');
      if (first) stubborn.add(first.id);
      await say('CANCELLED', '/cancel');
      await eventually('the task is held', () => record('CANCELLED').hold);
      expect(runsOf('CANCELLED').map(({ status }) => status)).toEqual(['in_progress']);
      await openDoor('CANCELLED');
      const ended = await session.github.waitForRun((run) => run.id === first?.id && run.status === 'completed');

      expect(ended.conclusion).toBe('success');
      expect((await landings()).map(({ task }) => task)).not.toContain('CANCELLED');
      expect(results(stage, 'CANCELLED')).toEqual([]);
      expect(issue('CANCELLED').state).toBe('open');
      await eventually('the plan says that the task waits', async () => (await statuses()).CANCELLED === 'pending');
      await say('CANCELLED', '/start');
      await landed(stage, 'CANCELLED');
      expect(record('CANCELLED')).toMatchObject({ attempt: 1, dispatch: 2 });
      expect(record('CANCELLED').history.map(({ outcome }) => outcome)).toEqual(['cancelled', 'completed']);
    }),
  );

  it(
    'a run that somebody re-runs on GitHub changes nothing and says to comment /retry',
    play(async (stage) => {
      const { session, openDoor, runsOf, comments, labels, issue, log, eventually, landings } = stage;
      await openDoor('RERUN');
      await landed(stage, 'RERUN');
      const run = await eventually('its run is over', () => runsOf('RERUN').find((one) => one.status === 'completed'));
      const look = () => ({ comments: comments('RERUN'), labels: labels('RERUN'), state: issue('RERUN').state });
      const before = look();
      const { owner, repo } = session;
      await session.lead.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', {
        owner,
        repo,
        run_id: run.id,
      });
      await session.github.waitForRun((one) => one.id === run.id && one.runAttempt === 2 && one.status === 'completed');

      expect(run).toMatchObject({ runAttempt: 2, conclusion: 'success' });
      expect(await log(run.id)).toContain('comment `/retry` on the issue instead');
      expect(look()).toEqual(before);
      expect((await landings()).filter(({ task }) => task === 'RERUN')).toHaveLength(1);
    }),
  );

  it(
    'after all of that the plan is finished',
    play(async ({ finished, landings, session }) => {
      await finished();

      expect((await landings()).map(({ task }) => task).sort()).toEqual([...VICTIMS, 'JOIN'].sort());
      expect(session.requests.filter(({ status }) => status === 502)).toHaveLength(2);
    }),
  );
});

async function landed({ issue, record, eventually }: Stage, task: string): Promise<void> {
  await eventually(
    `${task} is closed and its record says so`,
    () => issue(task).state === 'closed' && record(task).done,
  );
}

function title({ issue }: Stage, task: string, dispatch: number): string {
  return `${task} #${issue(task).number} · attempt 1 · slice 1 · d${dispatch}`;
}

function results({ comments }: Stage, task: string): readonly string[] {
  return comments(task).flatMap(({ body }) => readResult(body)?.outcome ?? []);
}
