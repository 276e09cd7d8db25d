import type { HandledComment } from '../../state/command-outcome.ts';
import type { Situation } from '../../state/situation.ts';
import { type About, answerComment } from '../../text/command-answers.ts';
import type { Effect } from './effect.ts';

type Input = Pick<Situation, 'tasks' | 'tracked'> & {
  readonly handled: readonly HandledComment[];
  readonly head?: About['head'];
};

/** A reaction where something took effect, one answer where there is something to say: never neither. */
export function answerComments({ handled, ...input }: Input): readonly Effect[] {
  return handled.flatMap((each): readonly Effect[] => {
    const { id, nodeId, issue } = each.comment;
    const names = each.kind === 'read' ? each.commands.map(({ command }) => `/${command.name}`).join(', ') : each.kind;
    const body = answerComment(each, aboutIssue(issue, input));
    const key = each.kind === 'refused' ? `refusal:${id}` : `answer:${id}`;
    return [
      ...(tookEffect(each)
        ? [
            {
              kind: 'react',
              key: `ack:${id}`,
              comment: nodeId,
              content: 'THUMBS_UP',
              reason: `${names} took effect`,
            } as const,
          ]
        : []),
      ...(body === undefined
        ? []
        : [{ kind: 'comment', key, issue, body, reason: `a comment is answered: ${names}` } as const]),
    ];
  });
}

function tookEffect(handled: HandledComment): boolean {
  return (
    handled.kind === 'read' &&
    handled.commands.some(({ outcome: { kind } }) => kind === 'applied' || kind === 'started')
  );
}

/** The task whose issue it is, or all tasks of the wave, or of the plan. */
function aboutIssue(issue: number, { tasks, tracked, head }: Omit<Input, 'handled'>): About {
  const task = tasks.find((view) => view.issue === issue);
  if (task) return { task, tasks: [task] };
  const wave = [...tracked.waves].find(([, trackedIssue]) => trackedIssue.issue.number === issue)?.[0];
  const within = tasks.filter((view) => wave === undefined || view.task.wave === wave);
  return { task: undefined, tasks: within, head: issue === tracked.plan?.issue.number ? head : undefined };
}
