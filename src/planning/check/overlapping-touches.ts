import type { Task } from '../../plan/plan.ts';
import { overlaps } from '../../plan/touches.ts';
import type { Remark, Rule, Subject } from './check-rule.ts';
import { TouchIndex } from './touch-index.ts';
import { list } from './words.ts';

/** Comparisons that the rule makes at most, so that no plan keeps anybody waiting. */
const MOST_LOOKS = 100_000_000;

/** Other tasks named in one remark; whoever mends these finds the rest. */
const NAMED = 3;

/** Tasks that could run at the same time and change the same files: they will take turns. */
export const overlappingTouches: Rule = {
  name: 'overlapping-touches',
  find: (subject) => {
    const known = new TouchIndex(MOST_LOOKS);
    const { plan, numbered, waits } = subject;
    const remarks = plan.tasks.flatMap((task, index): readonly Remark[] => {
      const number = numbered.numbers.get(task.id) ?? 0;
      const counts = (other: number) => !waits(number, other) && !waits(other, number);
      const rivals = known.rivals(task, { most: NAMED + 1, counts });
      known.add(number, task);
      return rivals.length === 0 ? [] : [remark({ task, index, rivals: tasksOf(rivals, subject) })];
    });
    return known.exhausted ? [...remarks, unfinished] : remarks;
  },
};

const unfinished: Remark = {
  path: ['tasks'],
  part: 'key',
  message:
    'so many tasks touch the same paths that not all of them were compared; name the paths of each task more narrowly',
};

function tasksOf(numbers: readonly number[], { numbered, tasks }: Subject): readonly Task[] {
  return numbers.toSorted((a, b) => a - b).flatMap((number) => tasks.get(numbered.ids[number] ?? '') ?? []);
}

function remark({ task, index, rivals }: { task: Task; index: number; rivals: readonly Task[] }): Remark {
  const first = rivals[0]?.touches ?? [];
  const nth = task.touches.findIndex((glob) => overlaps([glob], first));
  const names = rivals.slice(0, NAMED).map(({ id }) => id);
  const others = rivals.length > NAMED ? `${names.join(', ')} and others` : list(names);
  const verb = rivals.length > 1 ? 'touch' : 'touches';
  const message = `${task.id} could run at the same time as ${others}, which ${verb} \`${task.touches[nth]}\` too, so they will take turns; add a dependency where one builds on the other, or name fewer paths`;
  return { path: ['tasks', index, 'touches', Math.max(nth, 0)], message };
}
