import { type Config, defaultConfig, loadConfig } from '../../plan/config.ts';
import { FALLBACK_AGENT, fallbackAgent } from '../../plan/default-routes.ts';
import type { RepositoryFile } from '../../plan/repository-plan.ts';
import { CONFIG_PATHS, TASK_WORKFLOW_PATH } from '../../state/names.ts';
import type { ModelRun } from '../rehearse/agent.ts';
import { UsageError } from '../usage-error.ts';
import type { Answers } from './setup-choices.ts';
import { HOST_WORKFLOW_PATH, workflowKind } from './workflow-files.ts';

/** What of a setup is there already. Each part that is there answers a question. */
export interface ExistingSetup {
  readonly config: RepositoryFile | undefined;
  readonly plan: RepositoryFile | undefined;
  readonly planPath: string;
  readonly landing: Config['landing'] | undefined;
  readonly agent: { readonly run: ModelRun; readonly model: string | undefined } | undefined;
  readonly maxParallel: number;
  readonly workflow: Answers['workflow'] | undefined;
  readonly host: Answers['host'] | undefined;
}

/**
 * @param read The text of a file by its path; undefined where there is none.
 * @throws UsageError where there are two configurations, or one that cannot be read.
 */
export async function readExisting(read: (path: string) => Promise<string | undefined>): Promise<ExistingSetup> {
  const files: RepositoryFile[] = [];
  for (const path of CONFIG_PATHS) {
    const text = await read(path);
    if (text !== undefined) files.push({ path, text });
  }
  const [config, other] = files;
  if (config && other) throw new UsageError(`${config.path} and ${other.path} are both there; keep one of the two`);
  const settings = config ? settingsIn(config) : defaultConfig();
  const plan = await read(settings.plan);
  const [task, host] = [await read(TASK_WORKFLOW_PATH), await read(HOST_WORKFLOW_PATH)];
  return {
    config,
    plan: plan === undefined ? undefined : { path: settings.plan, text: plan },
    planPath: settings.plan,
    landing: config && settings.landing,
    agent: config && agentIn(settings),
    maxParallel: settings.max_parallel,
    workflow: task === undefined ? undefined : workflowKind(task),
    host: host === undefined ? (task === undefined ? undefined : 'server') : 'actions',
  };
}

function settingsIn({ path, text }: RepositoryFile): Config {
  const loaded = loadConfig({ file: path, text });
  if (loaded.ok) return loaded.config;
  throw new UsageError(`${path} cannot be read; \`agent-waves check\` says why, and nothing is done before it can`);
}

/** Programs of one's own are no choice that `init` offers: what is written beside them is as for the usual agent. */
function agentIn({ agents }: Config): NonNullable<ExistingSetup['agent']> {
  const general = agents[FALLBACK_AGENT] ?? fallbackAgent;
  return general.run === 'command'
    ? { run: 'claude', model: fallbackAgent.model }
    : { run: general.run, model: general.model };
}
