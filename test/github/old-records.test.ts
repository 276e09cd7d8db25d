import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { appOctokit, octokitFor } from '../../packages/embedded-github/test/support/town.ts';
import { LABEL } from '../../src/state/names.ts';
import { readTaskRecord } from '../../src/state/record.ts';
import { VERSION } from '../../src/state/version.ts';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';

/**
 * Issues as earlier versions wrote them, on a repository of today: the runs that they speak of are gone with what they had
 * landed, and a person asks for what is stuck. The plan ends as any other.
 */
const CASES = join(import.meta.dirname, '../decide/cases');
const NAMES = ['cancel-ordered', 'completed-folded', 'continued-folded', 'paused', 'run-cancelled', 'running'].concat(
  'three-failed-attempts',
);
const OLD = ['version-0.1', 'version-1'].flatMap((version) => NAMES.map((name) => join(version, name)));
const TASKS = ['A', 'B', 'C'];
const HOUR = 3_600_000;
/** More rounds than three tasks take. */
const MAX_ROUNDS = 12;

interface OldIssue {
  readonly number: number;
  readonly title: string;
  readonly body: readonly string[];
  readonly labels: readonly string[];
  readonly open: boolean;
}

interface OldCase {
  readonly plan: { readonly name: string; readonly waves: object; readonly tasks: readonly Record<string, unknown>[] };
  readonly snapshot: { readonly now: number; readonly issues: readonly OldIssue[] };
}

let scene: GitHubScene;
afterEach(() => scene.close());

async function sceneOf(name: string): Promise<readonly OldIssue[]> {
  const { plan, snapshot } = JSON.parse(readFileSync(join(CASES, `${name}.json`), 'utf8')) as OldCase;
  const tasks = plan.tasks.map(({ id, title, wave, dependencies }) => ({ id, title, wave, dependencies }));
  scene = await githubScene({ plan: { ...plan, tasks }, startAt: snapshot.now });
  const { data } = await appOctokit(scene.town).rest.apps.createInstallationAccessToken({
    installation_id: scene.town.installationId,
  });
  const { rest } = octokitFor(scene.town.github, data.token);
  for (const { number, title, body, labels, open } of snapshot.issues) {
    const { data: made } = await rest.issues.create({
      ...scene.repository,
      title,
      body: body.join('\n'),
      labels: labels.filter((label) => label !== LABEL.start),
    });
    expect(made.number).toBe(number);
    const closed = { state: 'closed', state_reason: 'completed' } as const;
    if (!open) await rest.issues.update({ ...scene.repository, issue_number: number, ...closed });
  }
  return snapshot.issues;
}

describe('what an earlier version wrote, carried on by this one', () => {
  it.each(OLD)('ends with every task landed once, on the issue that it had: %s', async (name) => {
    const old = await sceneOf(name);
    await scene.label(1, LABEL.start);

    const isDone = () => TASKS.every((id) => scene.state(id) === 'completed');
    let left = MAX_ROUNDS;
    do {
      await scene.settle();
      for (const run of scene.liveRuns()) await run.complete();
      await scene.settle();
      if (left === MAX_ROUNDS - 4) {
        await scene.comment(1, '/resume\n/start');
        for (const id of TASKS.filter((each) => scene.state(each) !== 'completed')) await scene.comment(id, '/retry');
      }
      scene.later(HOUR);
    } while (!isDone() && --left > 0);

    expect(TASKS.map((id) => [id, scene.state(id)])).toEqual(TASKS.map((id) => [id, 'completed']));
    expect(scene.issues().map(({ number }) => number)).toEqual(old.map(({ number }) => number));
    const log = await scene.log();
    for (const id of TASKS) expect(log.filter((each) => each.startsWith(`${id}: work`)).length).toBeLessThanOrEqual(1);
    for (const { body } of scene.issues().slice(2)) {
      expect(body).toContain(`"v": ${VERSION}`);
      expect(readTaskRecord(body ?? '')?.live).toBeUndefined();
    }
  });
});
