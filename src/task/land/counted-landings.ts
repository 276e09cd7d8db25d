import { createClient } from '../../github/octokit.ts';
import { failedWhereItLanded } from '../../state/evidence.ts';
import { readTaskRecord } from '../../state/record.ts';
import { unlessCopied } from '../../state/record-identity.ts';
import { readIssues } from '../claim/issue.ts';
import type { Landing } from '../git/trailers.ts';
import type { StepContext } from '../protocol/step.ts';

/** Of landings of a task those that count: what was asked for again, or did not pass where it landed, is to be done once more. */
export async function countedLandings(
  { job }: StepContext,
  { landings, issue }: { readonly landings: readonly Landing[]; readonly issue: number },
): Promise<readonly Landing[]> {
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  const [read] = await readIssues(client, { job, numbers: [issue] });
  const record = read && unlessCopied(readTaskRecord(read.body), issue);
  if (!record) return landings;
  return landings.filter(
    (landing) => (landing.dispatch ?? 0) > (record.obsolete ?? 0) && !failedWhereItLanded(record, landing),
  );
}
