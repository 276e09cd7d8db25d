import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Ending, failed, type Invocation, stepEnvironment } from '../run/invocation.ts';

/** Inputs of actions/checkout that change nothing here, and those that are supported. Any other value is refused. */
const supported = ['repository', 'ref', 'token', 'persist-credentials', 'path', 'clean', 'fetch-depth'];
const harmless = ['show-progress', 'set-safe-directory', 'github-server-url'];
const offOnly = ['submodules', 'lfs', 'fetch-tags'];

interface Plan {
  readonly folder: string;
  readonly address: string;
  readonly credential: { readonly name: string; readonly value: string };
  readonly persist: boolean;
  readonly clean: boolean;
  readonly depth: number;
  readonly ref: string;
  /** The commit of the run, where no other ref is asked for. */
  readonly sha: string | undefined;
}

/**
 * actions/checkout over the smart HTTP address, in two git processes. The token reaches git through its environment,
 * and stays in the clone's configuration unless `persist-credentials` is false. Throws, by name, for other inputs.
 */
export async function checkout(invocation: Invocation, inputs: Readonly<Record<string, string>>): Promise<Ending> {
  const plan = readPlan(invocation, inputs);
  invocation.frame.job.masks.add(plan.credential.value.replace(/^.* /, ''));
  const fresh = !existsSync(join(plan.folder, '.git'));
  await (fresh ? initialize(plan) : Promise.resolve());
  const depth = plan.depth > 0 ? [`--depth=${plan.depth}`, '--no-tags'] : ['--no-tags'];
  const specs = refspecs(plan);
  const fetch = ['fetch', '--quiet', '--prune', '--no-recurse-submodules', ...depth, 'origin', ...specs];
  const fetched = await git(invocation, { plan, args: fetch });
  // 1 means that no ref matched; what git reports as fatal is in the log.
  if (fetched > 1) return failed;
  if (!fresh && plan.clean && (await git(invocation, { plan, args: ['clean', '-ffdxq'] })) !== 0) return failed;
  const target = await targetOf(plan);
  if (target === undefined) {
    const asked = `A branch or tag with the name '${plan.ref}' could not be found`;
    invocation.log.note(`##[error]${asked}; check the ref input`);
    return failed;
  }
  const code = await git(invocation, { plan, args: ['checkout', '--quiet', '--force', ...target] });
  if (fetched !== 0 || code !== 0) return failed;
  return { outcome: 'success', outputs: { ref: plan.ref, commit: await headOf(plan) } };
}

function readPlan({ frame }: Invocation, inputs: Readonly<Record<string, string>>): Plan {
  const { request, folders, token } = frame.job;
  const slug = `${request.repository.owner}/${request.repository.name}`;
  for (const [name, value] of Object.entries(inputs)) {
    const off = offOnly.includes(name) && (value === 'false' || value === '');
    const elsewhere = name === 'repository' && value !== '' && value.toLowerCase() !== slug.toLowerCase();
    if ((!off && ![...supported, ...harmless].includes(name)) || elsewhere) {
      throw new Error(`the embedded runner's actions/checkout does not support '${name}: ${value}'; leave it out`);
    }
  }
  const folder = resolve(folders.workspace, inputs.path ?? '.');
  if (relative(folders.workspace, folder).startsWith('..'))
    throw new Error(`path '${inputs.path}' leaves the workspace`);
  const basic = Buffer.from(`x-access-token:${inputs.token || token}`).toString('base64');
  const ref = inputs.ref || request.ref;
  return {
    folder,
    address: `${request.urls.server}/${slug}`,
    credential: { name: `http.${request.urls.server}/.extraheader`, value: `AUTHORIZATION: basic ${basic}` },
    persist: inputs['persist-credentials'] !== 'false',
    clean: inputs.clean !== 'false',
    depth: Number(inputs['fetch-depth'] ?? 1),
    ref,
    sha: inputs.ref ? (/^[0-9a-f]{40}$/.test(ref) ? ref : undefined) : request.sha,
  };
}

/** What `git init` would do, without a process. */
async function initialize(plan: Plan): Promise<void> {
  const folder = join(plan.folder, '.git');
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const { name, value } = plan.credential;
  const [section, ...rest] = name.split('.');
  const key = rest.pop();
  const credential = plan.persist ? `[${section} "${rest.join('.')}"]\n\t${key} = ${value}\n` : '';
  const core = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n';
  const remote = `[remote "origin"]\n\turl = ${plan.address}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
  await writeFile(join(folder, 'config'), `${core}${remote}[gc]\n\tauto = 0\n${credential}`);
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
}

function refspecs(plan: Plan): readonly string[] {
  const everything = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  if (plan.depth <= 0) return plan.sha === undefined ? everything : [...everything, plan.sha];
  if (plan.sha !== undefined) return [`+${plan.sha}${localRef(plan.ref) === '' ? '' : `:${localRef(plan.ref)}`}`];
  if (plan.ref.startsWith('refs/')) return [`+${plan.ref}:${localRef(plan.ref)}`];
  return [
    `+refs/heads/${plan.ref}*:refs/remotes/origin/${plan.ref}*`,
    `+refs/tags/${plan.ref}*:refs/tags/${plan.ref}*`,
  ];
}

/** Where a ref of the server is kept in the clone; nowhere for a bare commit. */
function localRef(ref: string): string {
  if (ref.startsWith('refs/heads/')) return ref.replace('refs/heads/', 'refs/remotes/origin/');
  if (ref.startsWith('refs/tags/')) return ref;
  return ref.startsWith('refs/') ? ref.replace('refs/', 'refs/remotes/') : '';
}

/** Arguments of `git checkout`: a branch for a branch, a detached head for the rest. */
async function targetOf(plan: Plan): Promise<readonly string[] | undefined> {
  const { ref, sha } = plan;
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : ref;
  if (sha !== undefined) {
    // With the whole history the branch may have moved on; the run stays on its commit.
    const start = plan.depth > 0 ? localRef(ref) : sha;
    return ref.startsWith('refs/heads/') ? ['-B', branch, start] : ['--detach', sha];
  }
  if (ref.startsWith('refs/') && !ref.startsWith('refs/heads/')) return ['--detach', localRef(ref)];
  const head = `refs/remotes/origin/${branch}`;
  if (await hasRef(plan, head)) return ['-B', branch, head];
  return (await hasRef(plan, `refs/tags/${ref}`)) ? ['--detach', `refs/tags/${ref}`] : undefined;
}

/** The commit that is checked out. */
async function headOf(plan: Plan): Promise<string> {
  const head = (await readFile(join(plan.folder, '.git', 'HEAD'), 'utf8')).trim();
  const ref = head.startsWith('ref: ') ? head.slice('ref: '.length) : undefined;
  return ref === undefined ? head : (await readFile(join(plan.folder, '.git', ref), 'utf8')).trim();
}

async function hasRef(plan: Plan, ref: string): Promise<boolean> {
  if (existsSync(join(plan.folder, '.git', ref))) return true;
  const packed = await readFile(join(plan.folder, '.git', 'packed-refs'), 'utf8').catch(() => ''); // absent when none is packed
  return packed.split('\n').some((line) => line.endsWith(` ${ref}`));
}

function git(
  invocation: Invocation,
  { plan, args }: { readonly plan: Plan; readonly args: readonly string[] },
): Promise<number> {
  return invocation.frame.job.machine.run({
    command: 'git',
    args,
    cwd: plan.folder,
    env: {
      ...stepEnvironment(invocation),
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: plan.credential.name,
      // A header may be given several times: the empty value drops what the clone's own configuration holds.
      GIT_CONFIG_VALUE_0: '',
      GIT_CONFIG_KEY_1: plan.credential.name,
      GIT_CONFIG_VALUE_1: plan.credential.value,
    },
    onLine: invocation.log.output,
    stop: invocation.stop,
  });
}
