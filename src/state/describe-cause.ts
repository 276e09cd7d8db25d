import { formatMinutes } from '../plan/estimate.ts';
import { dollars } from './amounts.ts';
import type { Cause } from './cause.ts';
import { prose, proseWithLinks } from './markdown.ts';
import { unreachable } from './unreachable.ts';

/** @returns The same as Markdown. */
export function causeText(given: Cause): string {
  const namesIssue = given.kind === 'foreign-pull-request' || given.kind === 'group-closed';
  return (namesIssue ? proseWithLinks : prose)(describeCause(given));
}

/** @returns One line of plain text, without a full stop; what it names stands between backticks. */
export function describeCause(given: Cause): string {
  switch (given.kind) {
    case 'rule-refused': {
      const { refusal, allowedBy } = given;
      return `refused by a repository rule: ${refusal}${allowedBy === undefined ? '' : `; ${allowedBy}`}`;
    }
    case 'objections-returned':
      return `objections given back, round ${given.round}: ${given.objections}`;
    case 'conflict-returned':
      return `conflict given back: ${[given.reason, ...(given.paths.length > 0 ? [given.paths.join(', ')] : [])].join(': ')}`;
    case 'base-busy':
      return 'the base moved faster than this work could be verified and land; the work is kept, and the next run lands it';
    case 'no-run':
      return `GitHub started no run for it, though it was asked ${given.sends} times`;
    case 'no-result':
      return `run ${given.run} ended (${given.conclusion ?? 'unknown'}) without a result`;
    case 'no-evidence':
      return `a result names run ${given.run} and says that its work has landed, but no commit of it is on the base`;
    case 'foreign-pull-request':
      return `a result names #${given.pull}, which is not the pull request of this task to the base`;
    case 'run-cancelled':
      return 'its run was cancelled on GitHub';
    case 'cancelled':
      return `cancelled by ${given.by}`;
    case 'skipped':
      return `left out by \`/skip\`${given.by === undefined ? '' : ` of ${given.by}`}`;
    case 'closed':
      return `its issue was closed as ${given.as === 'completed' ? 'completed' : 'not planned'}${given.by === undefined ? '' : ` by ${given.by}`} while it ran`;
    case 'group-closed':
      return `#${given.issue} was closed as not planned while it ran`;
    case 'removed':
      return 'it was taken out of the plan while it ran';
    case 'listed':
      return 'the plan lists the task as completed';
    case 'time-limit':
      return `run ${given.run} met the time limit of its job, ${given.minutes} minutes; raise \`timeout-minutes\` in its workflow, or set a shorter \`slice\``;
    case 'displaced':
      return `run ${given.run} was displaced by a newer one; take \`concurrency\` out of its workflow`;
    case 'not-taken':
      return 'no runner took its run within a day; is a runner online that has the labels of its workflow?';
    case 'not-ended':
      return 'its run did not end within 6 days';
    case 'dispatch-refused':
      return `GitHub refused to start the run: ${given.message}`;
    case 'branch-refused':
      return `GitHub refused to make the branch ${given.branch}: ${given.message}`;
    case 'preflight':
      return `as the repository is set up no work could land: ${firstOf(given.refused)}`;
    case 'probe':
      return `the first run looked before its agent was started, and no work could land: ${firstOf(given.refused)}`;
    case 'slices-used':
      return `${given.slices} runs and not done`;
    case 'attempt-limit':
      return `not done after ${formatMinutes(given.minutes)} of work, which is as long as one attempt may take: make the task smaller, or raise \`attempt_limit\` in the configuration`;
    case 'stalled':
      return `${given.slices === 1 ? 'a run came to the end of its time' : `${given.slices} runs in a row came to the end of their time`} and had changed no file: make the task smaller or say more in it; \`/retry\` with a hint tries again, and \`stalled_slices\` in the configuration allows more such runs`;
    case 'cap-reached':
      return `${given.by === 'reviewer' ? 'its reviewer' : 'it'} has spent the ${dollars(given.usd)} that the budget had reserved for ${given.by === 'reviewer' ? 'the review' : 'this run'}; the work is kept, and the next run goes on`;
    case 'outage':
      return given.what;
    case 'setup':
      return `${given.what}; ${given.fix}`;
    case 'no-pull-request':
      return 'its result says that it is in review, and names no pull request';
    case 'newer-result':
      return `its result has the form ${given.version} of a newer action, and this app knows forms up to ${given.known}: update the app`;
    case 'other':
      return given.message;
    default:
      return unreachable(given);
  }
}

function firstOf([first, ...more]: Extract<Cause, { readonly kind: 'preflight' }>['refused']): string {
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${first?.what}; ${first?.fix}${others}`;
}
