import type { Octokit } from '@octokit/rest';
import { commit, git, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { commitOnBranch } from './commit-on-branch.ts';
import { PLAN_PATH, planText } from './files.ts';

const REPOSITORY = { owner: 'acme', repo: 'daw' } as const;

/** The base and what people do to it. */
export function baseOf(town: Town, { base, lead }: { readonly base: string; readonly lead: Octokit }) {
  const push = (
    files: Readonly<Record<string, string | undefined>>,
    { message = 'Change by hand', as = lead, branch = base }: { message?: string; as?: Octokit; branch?: string } = {},
  ) => commitOnBranch(as, { branch, message, files });
  const head = async (branch = base) =>
    (await lead.rest.git.getRef({ ...REPOSITORY, ref: `heads/${branch}` })).data.object.sha;
  const read = (path: string, branch = base) => git(town.repository.gitDir, 'show', `${branch}:${path}`);
  /** In the lead's checkout, at the newest base. */
  const inCheckout = async (change: () => Promise<unknown>): Promise<string> => {
    await git(town.work, 'fetch', '--quiet', 'origin', base);
    await git(town.work, 'checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
    await change();
    await git(town.work, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${base}`);
    return git(town.work, 'rev-parse', 'HEAD');
  };
  return {
    /** Commits files to the base as the lead; one without content is taken out. @returns The commit. */
    push,
    /** Writes another plan to the base. */
    pushPlan: (plan: object | string) => push({ [PLAN_PATH]: planText(plan) }, { message: 'Change the plan' }),
    /** The base is moved to a commit, whatever it held. */
    forcePush: (oid: string) => lead.rest.git.updateRef({ ...REPOSITORY, ref: `heads/${base}`, sha: oid, force: true }),
    /** A commit that takes another one back, as GitHub's button makes it. @returns It. */
    revert: (oid: string) => inCheckout(() => git(town.work, 'revert', '--no-edit', oid)),
    /** The commit once more, with its message. @returns It. */
    cherryPick: (oid: string) => inCheckout(() => git(town.work, 'cherry-pick', oid)),
    /** A commit with a message of one's own on the newest base. @returns It. */
    commit: (message: string, files: Readonly<Record<string, string>>) =>
      inCheckout(() => commit(town.work, message, files)),
    head,
    read,
    /** The plan as its file stands. */
    plan: async () => JSON.parse(await read(PLAN_PATH)),
    /** What it says of a task, as far as it says anything. */
    statusOf: async (id: string): Promise<string> => {
      const { tasks }: { readonly tasks: readonly { readonly id: string; readonly status?: string }[] } = JSON.parse(
        await read(PLAN_PATH),
      );
      return tasks.find((task) => task.id === id)?.status ?? 'pending';
    },
    /** Messages of the base, newest first. */
    log: async () =>
      (await git(town.repository.gitDir, 'log', '--format=%B%x00', base))
        .split('\0')
        .map((each) => each.trim())
        .filter(Boolean),
  };
}
