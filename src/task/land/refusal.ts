import { REFUSED_BY_RULE } from '../../state/result.ts';
import { type Conclusion, failure } from '../protocol/assignment.ts';

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
    `${branch} takes no push from this token; set \`landing: merge\` or \`landing: review\`, or under Settings, Rules, let the app bypass the rule (GITHUB_TOKEN cannot)`,
    words,
  );
}

export function refusedMerge(branch: string, words: string): Conclusion {
  return heldByRule(
    `${branch} takes no merge at once (${oneLine(words)}); set \`landing: review\`, or land on a branch of the plan with \`base: agent-waves/{plan}\``,
    words,
  );
}

export function refusedPullRequest(words: string): Conclusion {
  return heldByRule(
    `this token may not open pull requests (${oneLine(words)}); give the job \`pull-requests: write\`, and under Settings, Actions, General, allow GitHub Actions to create pull requests`,
    words,
  );
}

function heldByRule(what: string, words: string): Conclusion {
  return { outcome: 'infrastructure', failure: failure(`${REFUSED_BY_RULE}${what}`, words) };
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim().slice(0, 150);
}
