import type { CheckRule, RuleFinding, RuleInput } from '../check-rule.ts';
import { type EarliestRun, earliestSchedule, span } from '../earliest-schedule.ts';
import { durationText, list } from '../words.ts';
import { claimsOf, missingTasks } from './claims-of.ts';

/** Tasks that are said to run side by side and that wait for one another, or take longer than they are said to. */
export const phases: CheckRule = {
  name: 'claim-phase',
  about: 'phases that the document states otherwise',
  find: (input) =>
    claimsOf(input, 'phase').flatMap(({ claim, path, where }): readonly RuleFinding[] => {
      const fault = faultOf(claim, input);
      const title = `in "${claim.title}" (${where}) ${list(claim.tasks)} are said to run side by side in ${durationText(claim.minutes)};`;
      return fault === undefined ? [] : [{ path, message: `${title} ${fault}` }];
    }),
};

function faultOf(
  { tasks, minutes }: { readonly tasks: readonly string[]; readonly minutes: number },
  input: RuleInput,
): string | undefined {
  const missing = missingTasks(tasks, input);
  if (missing !== undefined) return missing;
  const slots = earliestSchedule(
    tasks.flatMap((id) => input.tasks.get(id)?.id ?? []),
    input.numbered,
  );
  const needed = span(slots);
  const waits = waiting(slots);
  const compared =
    needed > minutes ? `, so that the phase takes ${durationText(needed)}, not ${durationText(minutes)}` : '';
  if (waits.length > 0)
    return `but ${list(waits)}${compared}; plan with that, or drop dependencies that are not needed`;
  const longest = slots.find(({ end }) => end === needed);
  return needed > minutes
    ? `${longest?.id} alone takes ${durationText(needed)}; plan with that, or correct its estimate`
    : undefined;
}

/** `B and C wait for A`, for each task that others wait for. */
function waiting(slots: readonly EarliestRun[]): readonly string[] {
  const waiters = new Map<string, string[]>();
  for (const { id, after } of slots) {
    if (after !== undefined) waiters.set(after, [...(waiters.get(after) ?? []), id]);
  }
  return [...waiters].map(([after, ids]) => `${list(ids)} ${ids.length === 1 ? 'waits' : 'wait'} for ${after}`);
}
