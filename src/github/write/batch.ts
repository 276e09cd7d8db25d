import * as z from 'zod';
import { graphql, parseAnswer } from '../graphql.ts';
import type { LedgerEntry } from '../ledger.ts';
import { type Client, ONCE } from '../octokit.ts';
import { ISSUE_FIELDS, issueNode, toIssueView } from '../read/issue-fields.ts';
import { applied, type Executed, failed, type Mutation, refused, type Targets } from './executor.ts';

/** Of a mutation that is about something else there is nothing to learn. */
const payload = z
  .object({
    issue: issueNode.nullish(),
    labelable: issueNode.nullish(),
    subIssue: issueNode.nullish(),
    label: z.object({ id: z.string(), name: z.string() }).nullish(),
    /** Of a comment: what it says. */
    clientMutationId: z.string().nullish(),
  })
  .nullish();

interface BatchInput {
  readonly client: Client;
  readonly targets: Targets;
}

/** Sends mutations as one request. @returns What became of each; some may fail while others hold. Throws what the request threw. */
export async function sendBatch(
  batch: ReadonlyMap<string, Mutation>,
  { client, targets }: BatchInput,
): Promise<ReadonlyMap<string, Executed>> {
  const { data, errors, date } = await graphql(client, { ...requestOf([...batch.values()]), request: ONCE });
  const executed = [...batch.keys()].map((key, index) => {
    const alias = `m${index}`;
    const problem = errors.find(({ path }) => path?.[0] === alias);
    const answer = data[alias];
    const learned = learnedFrom(answer, { targets, at: date });
    if (problem && isFinal(problem)) return [key, refused(problem.message, ...learned)] as const;
    const done = !problem && answer ? applied(...learned) : failed(problem?.message ?? 'no answer', ...learned);
    return [key, done] as const;
  });
  return new Map(executed);
}

const FINAL: ReadonlySet<string | undefined> = new Set(['FORBIDDEN', 'NOT_FOUND', 'UNPROCESSABLE']);

/** Whoever writes too much at once is refused under the same type, and may write later. */
function isFinal({ type, message }: { readonly type?: string | undefined; readonly message: string }): boolean {
  return FINAL.has(type) && !/too quickly|rate limit|abuse/i.test(message);
}

function requestOf(mutations: readonly Mutation[]): { query: string; variables: Readonly<Record<string, unknown>> } {
  const declarations = mutations.map(({ input }, index) => `$i${index}: ${input}!`).join(', ');
  const calls = mutations.map(({ name, answer }, index) => `m${index}: ${name}(input: $i${index}) { ${answer} }`);
  const usesIssue = mutations.some(({ answer }) => answer.includes('IssueFields'));
  return {
    query: `mutation Apply(${declarations}) {\n${calls.join('\n')}\n}${usesIssue ? ISSUE_FIELDS : ''}`,
    variables: Object.fromEntries(mutations.map(({ variables }, index) => [`i${index}`, variables])),
  };
}

function learnedFrom(
  answer: unknown,
  { targets: { issues }, at }: { readonly targets: Targets; readonly at: number },
): readonly LedgerEntry[] {
  const { issue: own, labelable, subIssue, label, clientMutationId: saying } = parseAnswer(payload, answer) ?? {};
  const node = own ?? labelable ?? subIssue;
  const issue = node && toIssueView(node);
  return [
    ...(issue ? [{ kind: 'issue-written' as const, issue, before: issues.get(issue.number), at }] : []),
    ...(label ? [{ kind: 'label-created' as const, ...label }] : []),
    ...(saying ? [{ kind: 'said' as const, saying, at }] : []),
  ];
}
