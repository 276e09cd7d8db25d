import type { Remark, Rule, Subject } from '../check-rule.ts';
import { earliest, type Slot, span } from '../earliest-schedule.ts';
import { list, time } from '../words.ts';
import { absent, claimsOf } from './claims-of.ts';

/** Tasks that are said to run side by side and that wait for one another, or take longer than they are said to. */
export const phases: Rule = {
  name: 'claim-phase',
  find: (subject) =>
    claimsOf(subject, 'phase').flatMap(({ claim, path, where }): readonly Remark[] => {
      const fault = faultOf(claim, subject);
      const title = `in "${claim.title}" (${where}) ${list(claim.tasks)} are said to run side by side in ${time(claim.minutes)};`;
      return fault === undefined ? [] : [{ path, message: `${title} ${fault}` }];
    }),
};

function faultOf(
  { tasks, minutes }: { readonly tasks: readonly string[]; readonly minutes: number },
  subject: Subject,
): string | undefined {
  const missing = absent(tasks, subject);
  if (missing !== undefined) return missing;
  const slots = earliest(
    tasks.flatMap((id) => subject.tasks.get(id)?.id ?? []),
    subject.numbered,
  );
  const needed = span(slots);
  const waits = waiting(slots);
  const compared = needed > minutes ? `, so that the phase takes ${time(needed)}, not ${time(minutes)}` : '';
  if (waits.length > 0)
    return `but ${list(waits)}${compared}; plan with that, or drop dependencies that are not needed`;
  const longest = slots.find(({ end }) => end === needed);
  return needed > minutes
    ? `${longest?.id} alone takes ${time(needed)}; plan with that, or correct its estimate`
    : undefined;
}

/** `B and C wait for A`, for each task that others wait for. */
function waiting(slots: readonly Slot[]): readonly string[] {
  const waiters = new Map<string, string[]>();
  for (const { id, after } of slots) {
    if (after !== undefined) waiters.set(after, [...(waiters.get(after) ?? []), id]);
  }
  return [...waiters].map(([after, ids]) => `${list(ids)} ${ids.length === 1 ? 'waits' : 'wait'} for ${after}`);
}
