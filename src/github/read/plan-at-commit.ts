import * as z from 'zod';
import { defaultLocation, type LoadedProject, loadProject } from '../../plan/load-project.ts';
import type { RepositoryFiles } from '../../plan/repository-plan.ts';
import { CONFIG_PATHS } from '../../state/names.ts';
import { RepositoryNotFound } from '../errors.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import { fullName, type Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { fileBlob, fileFields, filesIn, NO_LARGE_FILES } from './files.ts';

/** Plan and configuration as a commit has them, whoever made it: text, which is parsed and never run. */
export interface PlanAtCommit {
  readonly files: RepositoryFiles;
  readonly loaded: LoadedProject;
}

interface Question {
  readonly client: Client;
  readonly locator: Locator;
  /** Commits that GitHub knows in this repository, those of pull requests from forks among them; HEAD is the default branch. */
  readonly oid: string;
}

const QUERY = `
query PlanAtCommit($owner: String!, $repo: String!, $config: String!, $otherConfig: String!, $plan: String!) {
  repository(owner: $owner, name: $repo) {
    config: object(expression: $config) { ${fileFields()} }
    otherConfig: object(expression: $otherConfig) { ${fileFields()} }
    plan: object(expression: $plan) { ${fileFields()} }
  }
}`;

const answer = z.object({
  repository: z.object({ config: fileBlob, otherConfig: fileBlob, plan: fileBlob }).nullable(),
});

/** One request; another where the configuration names another plan. */
export async function readPlanAt(question: Question): Promise<PlanAtCommit> {
  const usual = defaultLocation().plan;
  const first = await ask(question, usual);
  const named = first.loaded.location.plan;
  return named === usual ? first : ask(question, named);
}

async function ask({ client, locator, oid }: Question, plan: string): Promise<PlanAtCommit> {
  const at = (path: string) => `${oid}:${path}`;
  const variables = { ...locator, config: at(CONFIG_PATHS[0]), otherConfig: at(CONFIG_PATHS[1]), plan: at(plan) };
  const { data } = await graphql(client, { query: QUERY, variables });
  const { repository: found } = parseAnswer(answer, data);
  if (!found) throw new RepositoryNotFound(`${fullName(locator)} cannot be read`);
  const asked = [
    { path: CONFIG_PATHS[0], blob: found.config },
    { path: CONFIG_PATHS[1], blob: found.otherConfig },
    { path: plan, blob: found.plan },
  ];
  const { files: read } = await filesIn(asked, { client, locator, large: NO_LARGE_FILES });
  const [config, otherConfig] = read.slice(0, 2).filter((file) => file !== undefined);
  const files = { plan: read[2], config, otherConfig };
  return { files, loaded: loadProject(files) };
}
