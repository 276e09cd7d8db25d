import { appOctokit, octokitFor } from '../../../packages/embedded-github/test/support/town.ts';
import { LABEL } from '../../../src/state/names.ts';
import { readGroupRecord, readTaskRecord, writeGroupRecord, writeTaskRecord } from '../../../src/state/record.ts';
import { GROUP_BLOCK, TASK_BLOCK, withRecordBlock } from '../../../src/state/record-form.ts';
import { type GitHubScene, githubScene } from '../github-scene.ts';
import { PLAN_PATH } from '../scene/files.ts';

/** Repositories in which plans have come and gone. */

const DAY = 24 * 60 * 60_000;
const WAVES = 4;

/** A plan of independent tasks whose ids every plan has. */
export function planNamed(id: string, tasks: number): object {
  return {
    id,
    name: 'DAW',
    tasks: Array.from({ length: tasks }, (_, nth) => ({
      id: `T-${nth + 1}`,
      title: `Task ${nth + 1}`,
      wave: 1 + (nth % WAVES),
    })),
  };
}

/** Everything is carried out: people close the issues of tasks by hand, and the app does the rest. */
export async function finish(scene: GitHubScene): Promise<void> {
  await scene.settle();
  const plan = scene.decision()?.planIssue;
  if (plan === undefined) throw new Error('the plan has no issue');
  await scene.label(plan, LABEL.start);
  for (let left = 20; left > 0 && scene.issue(plan).state === 'open'; left--) {
    await scene.pass();
    scene.later(60_000);
    for (const { number, state, labels } of scene.issues()) {
      const isTask = labels.some((label) => (typeof label === 'string' ? label : label.name) === LABEL.task);
      if (isTask && state === 'open') await scene.edit(number, { state: 'closed', state_reason: 'completed' });
    }
  }
  for (const run of scene.liveRuns()) await run.end();
  await scene.settle();
  if (scene.issue(plan).state !== 'closed') throw new Error('the plan does not end');
  scene.later(DAY);
}

/**
 * A repository with so many plans in its past, each of as many tasks, and no issue of the plan `next` that its file holds. The
 * first is carried out; the others are what the app wrote of that, once more under other names.
 */
export async function sceneWithPast({ past, tasks }: { readonly past: number; readonly tasks: number }) {
  const scene = await githubScene({ plan: planNamed(past === 0 ? 'next' : 'past-1', tasks) });
  if (past === 0) return scene;
  await finish(scene);
  const copy = await copies(scene);
  for (let nth = 2; nth <= past; nth++) await copy(nth);
  await scene.push({ [PLAN_PATH]: JSON.stringify(planNamed('next', tasks)) });
  return scene;
}

type Issue = ReturnType<GitHubScene['issues']>[number];

interface Answer {
  readonly [field: string]: Answer & string;
}

/** @returns What writes the issues of the plan that was carried out once more, as those of the nth plan, and closes them. */
async function copies(scene: GitHubScene): Promise<(nth: number) => Promise<void>> {
  const originals = scene.issues();
  const names = [...new Set(originals.flatMap(labelsOf))];
  const labels = names.map((name, at) => `l${at}: label(name: ${JSON.stringify(name)}) { id }`).join(' ');
  const waveOf = (issue: Issue) => labelsOf(issue).find((name) => name.startsWith('wave:'));
  return async (nth) => {
    const ask = await asking(scene);
    const { repository } = await ask(`{ repository(owner: "acme", name: "daw") { id ${labels} } }`);
    const offset = scene.issues().length;
    const ids = new Map<Issue, string>();
    for (const kind of [LABEL.plan, LABEL.wave, LABEL.task]) {
      const made = originals.filter((issue) => labelsOf(issue).includes(kind));
      const above = (issue: Issue) =>
        originals.find((other) =>
          kind === LABEL.task
            ? labelsOf(other).includes(LABEL.wave) && waveOf(other) === waveOf(issue)
            : kind === LABEL.wave && labelsOf(other).includes(LABEL.plan),
        );
      const inputs = made.map((issue) => {
        const parent = above(issue);
        return {
          repositoryId: repository?.id,
          title: issue.title,
          body: renamed(issue.body ?? '', { nth, offset }),
          labelIds: labelsOf(issue).map((name) => repository?.[`l${names.indexOf(name)}`]?.id),
          ...(parent ? { parentIssueId: ids.get(parent) } : {}),
        };
      });
      const types = inputs.map((_, at) => `$i${at}: CreateIssueInput!`).join(', ');
      const fields = inputs.map((_, at) => `m${at}: createIssue(input: $i${at}) { issue { id number } }`).join('\n');
      const answer = await ask(
        `mutation(${types}) { ${fields} }`,
        Object.fromEntries(inputs.map((input, at) => [`i${at}`, input])),
      );
      for (const [at, issue] of made.entries()) {
        const written = answer[`m${at}`]?.issue;
        if (!written?.id || Number(written.number) !== issue.number + offset)
          throw new Error('numbers are out of order');
        ids.set(issue, written.id);
      }
    }
    // As the first one was started.
    await scene.label(originals[0] ? originals[0].number + offset : 0, LABEL.start);
    const closings = [...ids.values()].map(
      (id, at) => `m${at}: closeIssue(input: { issueId: "${id}" }) { issue { id } }`,
    );
    await ask(`mutation { ${closings.join('\n')} }`);
    scene.later(DAY);
  };
}

/** GraphQL as the app. */
async function asking({ town }: GitHubScene) {
  const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: town.installationId,
  });
  const { graphql } = octokitFor(town.github, data.token);
  return (query: string, variables: Readonly<Record<string, unknown>> = {}) => graphql<Answer>(query, variables);
}

function labelsOf({ labels }: Issue): readonly string[] {
  const names = labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
  return names.filter((name) => name.startsWith('wave:') || name.startsWith('agent-waves:'));
}

/** The record in a body as the nth plan has it, whose issues come so many numbers later. */
function renamed(body: string, { nth, offset }: { readonly nth: number; readonly offset: number }): string {
  const plan = `past-${nth}`;
  const moved = (numbers: Readonly<Record<string, number>> = {}) =>
    Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, number + offset]));
  const task = readTaskRecord(body);
  if (task) {
    const block = writeTaskRecord({
      ...task,
      plan,
      ...(task.issue === undefined ? {} : { issue: task.issue + offset }),
    });
    return withRecordBlock(body, { kind: TASK_BLOCK, block });
  }
  const group = readGroupRecord(body);
  if (!group) throw new Error('an issue without a record');
  const block = writeGroupRecord({
    ...group,
    plan,
    ...(group.issue === undefined ? {} : { issue: group.issue + offset }),
    ...(group.issues ? { issues: moved(group.issues) } : {}),
    ...(group.past === undefined ? {} : { past: nth - 1 }),
  });
  return withRecordBlock(body, { kind: GROUP_BLOCK, block });
}
