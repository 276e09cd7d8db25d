import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { commit, git as gitOf } from '../../packages/embedded-github/test/support/town.ts';
import { claimRef, parseDispatchTitle } from '../../src/state/names.ts';
import type { Repository } from '../../src/task/git/git.ts';
import { commitTree, mergeTrees } from '../../src/task/git/merge-trees.ts';
import { pushRefs } from '../../src/task/git/push.ts';
import { landingMessage } from '../../src/task/git/trailers.ts';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';
import { PLAN_PATH, planText } from '../support/scene/files.ts';

/** Everybody writes at once: runs land by git, people push, edit the plan and talk, and passes write all the while. */

const TASKS = ['A', 'B', 'C', 'D', 'E', 'F'];
const PLAN = { id: 'daw', name: 'DAW', tasks: TASKS.map((id) => ({ id, title: `Make ${id}`, priority: 0 })) };
/** More than anybody needs while others are faster. */
const MAX_TRIES = 60;

let scene: GitHubScene;
afterEach(() => scene.close());

/** A clone of somebody's own. */
async function cloneFor(name: string): Promise<Repository & { readonly work: string }> {
  const { town } = scene;
  const work = join(town.folder, 'writers', name);
  await mkdir(work, { recursive: true });
  const remote = await gitOf(town.work, 'remote', 'get-url', 'origin');
  await promisify(execFile)('git', ['clone', '--quiet', remote, work]);
  return { gitDir: join(work, '.git'), remote: town.repository.cloneUrl, token: town.lead.token, work };
}

/** As the action lands it: the work merged onto the newest head, one push with a lease on head and claim. */
async function landByGit(id: string): Promise<void> {
  const run = scene.run(id);
  await run.claim();
  const own = await cloneFor(`run-${id}`);
  const work = await commit(own.work, 'work', { [`work/${id}.md`]: `made by run ${run.id}\n` });
  const ref = claimRef(run.dispatch.issue);
  const checks = [{ name: 'test', status: 'passed' }] as const;
  const message = landingMessage({
    dispatch: run.dispatch,
    run: run.id,
    title: 'work',
    summary: 'Wrote it.',
    checks,
  });
  for (let left = MAX_TRIES; left > 0; left--) {
    await gitOf(own.work, 'fetch', '--quiet', 'origin', 'main', ref);
    const [head = '', claim = ''] = await Promise.all([
      gitOf(own.work, 'rev-parse', 'origin/main'),
      gitOf(own.work, 'ls-remote', 'origin', ref).then((line) => line.split('\t')[0] ?? ''),
    ]);
    const { tree } = await mergeTrees(own, { ours: head, theirs: work });
    const made = await commitTree(own, { tree, parents: [head], message });
    const answer = await pushRefs(own, [
      { ref: 'refs/heads/main', from: head, to: made },
      { ref, from: claim, to: '' },
    ]);
    if (answer.kind !== 'moved') continue;
    await run.report('completed', { commit: made });
    await run.closeIssue();
    await run.end('success');
    return;
  }
  throw new Error(`${id} never landed`);
}

/** A person in a checkout: commits, and pushes again upon what others pushed. */
async function pushByGit(name: string): Promise<void> {
  const { work } = await cloneFor(name);
  for (let each = 0; each < 2; each++) {
    await commit(work, `${name} ${each}`, { [`notes/${name}-${each}.md`]: `${each}\n` });
    for (let left = MAX_TRIES; ; left--) {
      await gitOf(work, 'pull', '--quiet', '--rebase', 'origin', 'main');
      const isPushed = await gitOf(work, 'push', '--quiet', 'origin', 'HEAD:main').then(
        () => true,
        () => false,
      );
      if (isPushed) break;
      if (left === 0) throw new Error(`${name} could not push`);
    }
  }
}

/** A person in GitHub's editor of files, which refuses a file that has changed. */
async function editPlan(id: string, priority: number): Promise<void> {
  const { rest } = scene.lead;
  const path = { ...scene.repository, path: PLAN_PATH };
  for (let left = MAX_TRIES; left > 0; left--) {
    const { data } = await rest.repos.getContent(path);
    if (!('content' in data)) throw new Error('the plan is a file');
    const plan = JSON.parse(Buffer.from(data.content, 'base64').toString('utf8')) as typeof PLAN;
    const tasks = plan.tasks.map((task) => (task.id === id ? { ...task, priority } : task));
    const content = Buffer.from(planText({ ...plan, tasks })).toString('base64');
    const isSaved = await rest.repos
      .createOrUpdateFileContents({ ...path, message: `Rank ${id}`, content, sha: data.sha })
      .then(
        () => true,
        () => false,
      );
    if (isSaved) return;
  }
  throw new Error(`${id} could not be ranked`);
}

/** Comments, and a note in the body upon what it says there at that moment. */
async function talk(id: string): Promise<void> {
  for (let each = 0; each < 5; each++) {
    await scene.comment(id, `${each}: what about ${id}?`);
    await scene.edit(id, { body: `Note ${each} on ${id}.\n\n${scene.issue(id).body ?? ''}` });
  }
  await scene.comment(id, '/why');
}

it('loses no commit, no field of the plan, no comment and no note in a body to twenty writers', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 6\n' });
  await scene.start();
  expect(scene.running()).toEqual(TASKS);
  let isOver = false;
  const passes = async () => {
    let commits = 0;
    while (!isOver) {
      const made = await scene.pass();
      if (made.kind === 'done' && made.progress === 'committed') commits += 1;
    }
    return commits;
  };

  const passing = passes();
  await Promise.all([
    ...TASKS.map(landByGit),
    ...['ada', 'bob', 'cy', 'dee'].map(pushByGit),
    ...TASKS.slice(0, 4).map((id, index) => editPlan(id, index + 1)),
    ...TASKS.slice(0, 5).map(talk),
  ]).finally(() => {
    isOver = true;
  });
  const commits = await passing;
  await scene.settle();

  expect(commits).toBeGreaterThan(0);
  const files = (await gitOf(scene.town.repository.gitDir, 'ls-tree', '-r', '--name-only', 'main')).split('\n');
  const notes = ['ada', 'bob', 'cy', 'dee'].flatMap((name) => [0, 1].map((each) => `notes/${name}-${each}.md`));
  expect(files).toEqual(expect.arrayContaining([...notes, ...TASKS.map((id) => `work/${id}.md`)]));
  const log = await scene.log();
  for (const id of TASKS) expect(log.filter((message) => message.startsWith(`${id}: work`))).toHaveLength(1);
  const { tasks } = (await scene.plan()) as { tasks: { id: string; priority: number; status?: string }[] };
  expect(tasks.map(({ id, priority, status }) => [id, priority, status])).toEqual(
    TASKS.map((id, index) => [id, index < 4 ? index + 1 : 0, 'completed']),
  );
  for (const id of TASKS.slice(0, 5)) {
    const asked = { ...scene.repository, issue_number: scene.number(id), per_page: 100 };
    const { data } = await scene.lead.rest.issues.listComments(asked);
    const said = data.map(({ body = '' }) => body);
    expect(said).toEqual(expect.arrayContaining([0, 1, 2, 3, 4].map((each) => `${each}: what about ${id}?`)));
    const why = data.find(({ body }) => body === '/why');
    const isAnswered = said.some((body) => body.includes(String(why?.id))) || (why?.reactions?.total_count ?? 0) > 0;
    expect(isAnswered).toBe(true);
    const body = scene.issue(id).body ?? '';
    expect([0, 1, 2, 3, 4].filter((each) => !body.includes(`Note ${each} on ${id}.`))).toEqual([]);
  }
  expect(scene.github.runs().filter(({ displayTitle }) => parseDispatchTitle(displayTitle))).toHaveLength(6);
});
