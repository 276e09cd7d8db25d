import * as z from 'zod';
import { CONFIG_PATHS, isTaskBranch } from '../../state/names.ts';
import { actorNode, loginOf } from './issue-fields.ts';

/**
 * Open pull requests that touch plan or configuration. Webhooks tell of each, and one that is lost is not sent again: they
 * are looked for whenever every issue is read.
 */

/** Those that changed last; more at once wait until some of these are closed. */
const MAX_PROPOSALS = 50;
/** One that changes more files may touch the plan as well. */
const MAX_FILES = 100;

export const PROPOSALS = `
    proposals: pullRequests(first: ${MAX_PROPOSALS}, states: [OPEN], orderBy: { field: UPDATED_AT, direction: DESC }) {
      nodes {
        number headRefOid headRefName baseRefName isCrossRepository changedFiles author { login __typename }
        files(first: ${MAX_FILES}) { nodes { path } }
      }
    }`;

const proposalNode = z.object({
  number: z.number(),
  headRefOid: z.string(),
  headRefName: z.string(),
  baseRefName: z.string(),
  isCrossRepository: z.boolean(),
  changedFiles: z.number(),
  author: actorNode,
  files: z.object({ nodes: z.array(z.object({ path: z.string() }).nullable()).nullable() }).nullable(),
});

export const proposalNodes = z.object({ nodes: z.array(proposalNode.nullable()).nullable() }).optional();

type ProposalNode = z.infer<typeof proposalNode>;

interface Answer {
  readonly proposals?: z.infer<typeof proposalNodes>;
  readonly defaultBranchRef: { readonly name: string } | null;
}

interface Whose {
  /** Login under which the app writes. */
  readonly app: string;
  /** Where the plan lies. */
  readonly plan: string;
}

/** @returns Numbers of those that are to be judged, with their heads; undefined where they were not asked for. */
export function proposalsIn(
  { proposals, defaultBranchRef }: Answer,
  whose: Whose,
): ReadonlyMap<number, string> | undefined {
  if (!proposals) return undefined;
  const given = { ...whose, defaultBranch: defaultBranchRef?.name };
  const touching = (proposals.nodes ?? []).flatMap((node) => (node && isProposal(node, given) ? [node] : []));
  return new Map(touching.map(({ number, headRefOid }) => [number, headRefOid]));
}

/** Of our own are the pull requests of tasks and waves: what runs do never touches the plan. */
function isProposal(
  node: ProposalNode,
  { app, defaultBranch, plan }: Whose & { readonly defaultBranch: string | undefined },
): boolean {
  const { headRefName, baseRefName, isCrossRepository, changedFiles, author } = node;
  const isOurs = loginOf(author) === app || (isTaskBranch(headRefName) && !isCrossRepository);
  if (isOurs || baseRefName !== defaultBranch) return false;
  const paths = (node.files?.nodes ?? []).flatMap((file) => file?.path ?? []);
  const judged = new Set([plan, ...CONFIG_PATHS]);
  return changedFiles > paths.length || paths.some((path) => judged.has(path));
}
