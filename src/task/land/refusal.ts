import { type Conclusion, failedBecause, failure } from '../protocol/assignment.ts';

/** What the remote refuses because of what is in the work, and not because of who pushes. */
const CONTENT = /GH001|file size limit|push protection|cannot contain secrets/i;

/**
 * A rule of the repository says no, in its own words. It says nothing about the work unless it names the work's
 * content: no attempt is used, the plan is held, and a person is told which setting would let it land.
 */
export function refusedPush(branch: string, words: string): Conclusion {
  if (CONTENT.test(words)) {
    return {
      outcome: 'verification',
      failure: failure('the remote refuses what is in the work: a secret or a file that is too large', words),
    };
  }
  return heldByRule(
    {
      refusal: `${branch} takes no push from this token`,
      allowedBy:
        'set `landing: merge` or `landing: review`, or under Settings, Rules, let the app bypass the rule (GITHUB_TOKEN cannot)',
    },
    words,
  );
}

export function refusedMerge(branch: string, words: string): Conclusion {
  return heldByRule(
    {
      refusal: `${branch} takes no merge at once (${oneLine(words)})`,
      allowedBy: 'set `landing: review`, or land on a branch of the plan with `base: agent-waves/{plan}`',
    },
    words,
  );
}

export function refusedPullRequest(words: string): Conclusion {
  return heldByRule(
    {
      refusal: `this token may not open pull requests (${oneLine(words)})`,
      allowedBy:
        'give the job `pull-requests: write`, and under Settings, Actions, General, allow GitHub Actions to create pull requests',
    },
    words,
  );
}

interface RuleRefusal {
  readonly refusal: string;
  /** The setting that would allow it. */
  readonly allowedBy: string;
}

function heldByRule(rule: RuleRefusal, words: string): Conclusion {
  return { outcome: 'infrastructure', ...failedBecause({ kind: 'rule-refused', ...rule }, words) };
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim().slice(0, 150);
}
