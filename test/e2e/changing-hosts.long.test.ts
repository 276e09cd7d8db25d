import { afterAll, describe, expect, it } from 'vitest';
import { startApp } from '../../src/cli/rehearse/start-app.ts';
import { readGroupRecord } from '../../src/state/record.ts';
import { onOneStage, type Stage } from './support/stage.ts';

/** As many times shorter as the waits of a stage. */
const TIME_SCALE = 40;

const SERVER = 'agent-waves[bot]';
const JOBS = 'github-actions[bot]';

/** A plan goes from jobs of its repository to a server and back while its tasks run. */
describe('a plan that changes its host', () => {
  const play = onOneStage({
    withoutServer: true,
    changes: { trusted_apps: ['agent-waves', 'github-actions'] },
    tasks: [
      { id: 'A', wave: 1 },
      { id: 'B', wave: 1, needs: ['A'] },
      { id: 'C', wave: 1, needs: ['B'] },
      { id: 'D', wave: 1, needs: ['C'] },
      { id: 'E', wave: 1 },
    ],
  });
  const closing: (() => Promise<unknown>)[] = [];
  afterAll(async () => void (await Promise.all(closing.map((close) => close()))));

  it(
    'stays with the jobs while a server looks on',
    play(async (stage) => {
      const { session, out, closeDoor, atWork, eventually } = stage;
      await closeDoor('A', 'E');
      await Promise.all([atWork('A'), atWork('E')]);
      expect(hostOf(stage)).toBe(JOBS);

      const app = await startApp(session.github, { ...place(stage), out, timeScale: TIME_SCALE });
      closing.push(() => app.end('SIGTERM'));
      await eventually('the server looks', () => requestsOf(stage, SERVER).length > 0);

      expect(hostOf(stage)).toBe(JOBS);
    }),
  );

  it(
    'goes to the server by a comment: what runs lands once, and what it frees is started by the server alone',
    play(async (stage) => {
      const { closeDoor, openDoor, atWork, say, eventually, runsOf, issue } = stage;
      await closeDoor('B');
      await say('plan', '/adopt');
      await eventually('the server has it', () => hostOf(stage) === SERVER);
      await openDoor('A', 'E');
      await atWork('B');

      await eventually('both are closed', () => ['A', 'E'].every((id) => issue(id).state === 'closed'));
      expect(runsOf('B').map(({ actor }) => actor.login)).toEqual([SERVER]);
    }),
  );

  it(
    'goes back by another comment, and is completed with one run for each task',
    play(async (stage) => {
      const { openDoor, say, eventually, runsOf, finished, landings } = stage;
      await say('plan', '/adopt');
      await eventually('the jobs have it', () => hostOf(stage) === JOBS);
      await openDoor('B');
      await finished();

      expect(runsOf('D').map(({ actor }) => actor.login)).toEqual([JOBS]);
      expect(['A', 'B', 'C', 'D', 'E'].map((id) => runsOf(id).length)).toEqual([1, 1, 1, 1, 1]);
      expect((await landings()).map(({ task }) => task).sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
    }),
  );
});

function place({ session: { owner, repo } }: Stage): { readonly fullName: string } {
  return { fullName: `${owner}/${repo}` };
}

function hostOf({ issue }: Stage): string | undefined {
  return readGroupRecord(issue('plan').body ?? '')?.host?.app;
}

function requestsOf({ session }: Stage, actor: string) {
  return session.requests.filter((entry) => entry.actor === actor);
}
