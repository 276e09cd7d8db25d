import { findOwnPart } from '../../state/own-part.ts';
import type { Situation } from '../../state/situation.ts';
import { millis } from '../../state/snapshot.ts';
import { planBodyOf } from '../../text/bodies.ts';
import { runningIn, withoutMoving } from '../../text/group-body.ts';
import type { Expected } from '../../text/plan-dashboard.ts';
import type { DecideInput } from '../decide-input.ts';
import { forecast } from '../schedule/forecast.ts';

type Input = Situation & Pick<DecideInput, 'timings'>;

/**
 * When the body of the plan issue is to be written: at once where it says something else than it should, later where that
 * has only moved, as a task that starts; never for the time alone. What is expected follows from both, and is not compared:
 * foreseeing costs more than everything else here.
 *
 * @returns Epoch milliseconds of a later moment; undefined where it says what it should.
 */
export function planBodyDue(input: Input): 'now' | number | undefined {
  const { tracked, snapshot, timings } = input;
  if (!tracked.plan) return undefined;
  const { issue, record } = tracked.plan;
  const own = findOwnPart(issue.body);
  const part = planBodyOf({ record }, input);
  if (own === undefined || issue.writer !== snapshot.app || withoutMoving(own) !== withoutMoving(part)) return 'now';
  if (runningIn(own) === runningIn(part)) return undefined;
  const at = millis(issue.editedAt ?? issue.createdAt) + timings.progressEvery;
  return at <= snapshot.now ? 'now' : at;
}

/** What the pace so far makes of the rest. */
export function expectedOf({ plan, config, tasks }: Input): Expected {
  const { expectedFinish, bars, unforeseen } = forecast({ plan, tasks, slots: config.max_parallel });
  const views = new Map(tasks.map((view) => [view.task.id, view]));
  const next = bars.flatMap(({ task, start, actual }) => {
    const view = views.get(task);
    return actual || !view || view.state === 'running' || view.state === 'in-review' ? [] : [{ view, start }];
  });
  return { finish: expectedFinish, unforeseen: unforeseen.length, next: next.slice(0, 5) };
}
