import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a step runs: what the runner says of the job, and the folders that the steps share. */
export interface JobContext {
  readonly owner: string;
  readonly repository: string;
  readonly run: number;
  /** Above 1 for a re-run from the user interface. */
  readonly runAttempt: number;
  /** Login of who or what started the run. */
  readonly actor: string;
  /** Address that git fetches from and pushes to. */
  readonly remote: string;
  readonly apiUrl: string;
  /** Address of this run for people. */
  readonly runUrl: string;
  /** Empty for a step that is given none. */
  readonly token: string;
  /** The checkout: the agent's to change. */
  readonly workspace: string;
  /** Files that steps leave for each other and for people: logs, the brief, our own git repository. */
  readonly folder: string;
  readonly summaryFile: string | undefined;
}

/** @throws when the process was not started by an Actions runner. */
export function readJob(environment: Environment): JobContext {
  const need = (name: string): string => {
    const value = environment[name];
    if (!value)
      throw new Error(`${name} is not set: this program is a step of the action in action.yml; run it from there`);
    return value;
  };
  const server = need('GITHUB_SERVER_URL');
  const slug = need('GITHUB_REPOSITORY');
  const [owner = '', repository = ''] = slug.split('/');
  return {
    owner,
    repository,
    run: Number(need('GITHUB_RUN_ID')),
    runAttempt: Number(environment.GITHUB_RUN_ATTEMPT || 1),
    actor: environment.GITHUB_ACTOR ?? '',
    remote: `${server}/${slug}`,
    apiUrl: need('GITHUB_API_URL'),
    runUrl: `${server}/${slug}/actions/runs/${need('GITHUB_RUN_ID')}`,
    token: environment.INPUT_TOKEN ?? '',
    workspace: need('GITHUB_WORKSPACE'),
    folder: join(need('RUNNER_TEMP'), 'agent-waves'),
    summaryFile: environment.GITHUB_STEP_SUMMARY,
  };
}
