import type { Check, Finding } from '../../../state/result.ts';
import { digest, summarizeFindings } from '../../checks/findings-digest.ts';
import type { Repository } from '../../git/git.ts';
import { readBlob, treeFiles } from '../../git/workspace.ts';
import { type Assignment, type AttemptFailure, failure } from '../../protocol/assignment.ts';
import { changedTexts } from './changed-texts.ts';
import { guardFindings } from './guard-findings.ts';
import { isIgnoreList } from './ignored-files.ts';
import { newSettings } from './new-settings.ts';

type Guarded = Pick<Assignment, 'task' | 'rules' | 'reviewer'>;

export interface GuardResult {
  readonly check: Check;
  readonly findings: readonly Finding[];
  readonly failure: AttemptFailure | undefined;
}

const HOW_TO_ALLOW =
  'Put it back as it was. A task that is meant to change such a file names it in its `touches` or `outputs`; `guard: off` in .github/agent-waves.yml looks at none of this.';

/**
 * Green is not enough: a change must not make the checklist look at less than it did on the base. Where a reviewer looks
 * at the work, that one is told, and decides.
 */
export async function guard(
  repository: Repository,
  { assignment, onto, tree }: { readonly assignment: Guarded; readonly onto: string; readonly tree: string },
): Promise<GuardResult> {
  if (assignment.rules.guard === 'off')
    return { check: { name: 'guard', status: 'absent', note: 'guard: off' }, findings: [], failure: undefined };
  const [texts, manifest] = await Promise.all([
    changedTexts(repository, { from: onto, tree }),
    readBlob(repository, `${onto}:package.json`),
  ]);
  const asksForBase = newSettings(texts).length > 0 || texts.some(({ path }) => isIgnoreList(path));
  const basePaths = asksForBase ? (await treeFiles(repository, onto)).map(({ path }) => path) : [];
  const findings = guardFindings(texts, { ...assignment, manifest, basePaths });
  if (findings.length === 0) return { check: { name: 'guard', status: 'passed' }, findings, failure: undefined };
  if (assignment.reviewer) {
    const note = `${findings.length === 1 ? 'one finding' : `${findings.length} findings`}, for the reviewer to judge`;
    return { check: { name: 'guard', status: 'passed', note }, findings, failure: undefined };
  }
  const what = `the checks would look at less than before: ${summarizeFindings(findings)}`;
  const output = `${digest(findings).slice(0, 3_500)}\n\n${HOW_TO_ALLOW}`;
  return { check: { name: 'guard', status: 'failed' }, findings, failure: failure(what, output) };
}
