import { reach } from '../../plan/graph.ts';
import { activeViews } from '../../state/active-tasks.ts';
import { checkpointRef } from '../../state/names.ts';
import type { Situation } from '../../state/situation.ts';
import { startOf } from '../../state/steering.ts';
import type { TaskView } from '../../state/task-view.ts';
import { escalation } from '../../text/answers.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import type { Effect } from './effect.ts';

type Input = Pick<Situation, 'config' | 'graph' | 'snapshot' | 'tracked' | 'tasks'> & { readonly folded: FoldedState };

/** GitHub gives one issue to so many people at most. */
const MAX_ASSIGNEES = 10;

/** Asks people for help, once after each dispatch: those of `escalate_to`, else whoever started the task. */
export function escalate(input: Input): readonly Effect[] {
  const { config, folded, snapshot } = input;
  return activeViews(input).flatMap((view): readonly Effect[] => {
    if (view.state !== 'needs-human') return [];
    const { issue, record } = view;
    const asked = issue === undefined ? undefined : folded.tracked.tasks.get(view.task.id)?.record.asked;
    if (issue === undefined || asked === record.dispatch) return [];
    const people = peopleFor(view, input);
    const key = `${issue}:${record.dispatch}`;
    const reason = 'retrying cannot fix it';
    const saved = config.checkpoint === 'git' ? checkpointRef(issue) : undefined;
    const body = escalation(view, { people, repositoryUrl: snapshot.repository.url, saved });
    const logins = people.filter((name) => !name.includes('/')).slice(0, MAX_ASSIGNEES);
    return [
      { kind: 'comment', key: `escalate:${key}`, issue, body, reason },
      ...(logins.length === 0 ? [] : [{ kind: 'assign', key: `assign:${key}`, issue, logins, reason } as const]),
    ];
  });
}

/** Logins, and teams as `owner/team`. */
function peopleFor(view: TaskView, input: Input): readonly string[] {
  const { config, snapshot } = input;
  if (config.escalate_to.length > 0) return config.escalate_to;
  const starters = startedBy(view, input).flatMap((one) => (one ? (startOf(one, snapshot)?.by ?? []) : []));
  // The app puts a label back that others took off: that is nobody to ask.
  const starter = starters.find((login) => login !== snapshot.app);
  return starter === undefined ? [] : [starter];
}

/**
 * Where a task may have been started, the nearest first: by itself, with its wave or the plan, with a task that needs it,
 * or after a wave that goes on to it by `advance`.
 */
function startedBy({ task }: TaskView, { config, graph, tracked: { plan, waves, tasks } }: Input) {
  const needing = [...reach(task.id, (id) => graph.dependents.get(id))].map((id) => tasks.get(id));
  const before = [...waves].filter(([number]) => number < task.wave).sort(([a], [b]) => b - a);
  const advancing = config.advance === 'auto' ? before.map(([, wave]) => wave) : [];
  return [tasks.get(task.id), waves.get(task.wave), plan, ...needing, ...advancing];
}
