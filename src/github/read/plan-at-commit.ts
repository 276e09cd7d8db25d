import { z } from 'zod';
import { defaultLocation, type LoadedProject, loadProject } from '../../plan/load-project.ts';
import type { FileProblem } from '../../plan/plan.ts';
import type { RepositoryFile, RepositoryFiles } from '../../plan/repository-plan.ts';
import { CONFIG_PATHS } from '../../state/names.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';

/** Plan and configuration as a commit has them, whoever made it: text, which is parsed and never run. */
export interface PlanAtCommit {
  readonly files: RepositoryFiles;
  readonly loaded: LoadedProject;
}

interface Question {
  readonly client: Client;
  readonly locator: Locator;
  /** Commits that GitHub knows in this repository, those of pull requests from forks among them. */
  readonly oid: string;
}

const QUERY = `
query PlanAtCommit($owner: String!, $repo: String!, $config: String!, $otherConfig: String!, $plan: String!) {
  repository(owner: $owner, name: $repo) {
    config: object(expression: $config) { ... on Blob { text isTruncated } }
    otherConfig: object(expression: $otherConfig) { ... on Blob { text isTruncated } }
    plan: object(expression: $plan) { ... on Blob { text isTruncated } }
  }
}`;

/** An object that is no file has no text. */
const blob = z.object({ text: z.string().nullish(), isTruncated: z.boolean().nullish() }).nullable();
const answer = z.object({ repository: z.object({ config: blob, otherConfig: blob, plan: blob }) });

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
  const tooLarge: FileProblem[] = [];
  const file = (path: string, { text, isTruncated }: NonNullable<z.infer<typeof blob>>): RepositoryFile | undefined => {
    if (isTruncated) tooLarge.push({ file: path, line: 1, column: 1, message: TOO_LARGE });
    return text === null || text === undefined ? undefined : { path, text };
  };
  const configs = [file(CONFIG_PATHS[0], found.config ?? {}), file(CONFIG_PATHS[1], found.otherConfig ?? {})];
  const [config, otherConfig] = configs.filter((each) => each !== undefined);
  const files = { plan: file(plan, found.plan ?? {}), config, otherConfig };
  const loaded = loadProject(files);
  if (tooLarge.length === 0) return { files, loaded };
  return { files, loaded: { ...loaded, ok: false, problems: tooLarge, config: undefined } };
}

const TOO_LARGE = 'the file is too large to be read in one piece; divide it';
