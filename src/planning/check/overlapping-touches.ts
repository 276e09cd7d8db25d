import type { Task } from '../../plan/plan.ts';
import { overlaps } from '../../plan/touches.ts';
import type { CheckRule, RuleFinding, RuleInput } from './check-rule.ts';
import { TouchIndex } from './touch-index.ts';
import { list } from './words.ts';

/** Comparisons that the rule makes at most, so that no plan keeps anybody waiting. */
const MAX_COMPARISONS = 100_000_000;

/** Other tasks named in one finding; whoever fixes these finds the rest. */
const MAX_RIVALS_NAMED = 3;

/** Tasks that could run at the same time and change the same files: they will take turns. */
export const overlappingTouches: CheckRule = {
  name: 'overlapping-touches',
  about: 'tasks that may touch the same files at once',
  find: (input) => {
    const known = new TouchIndex(MAX_COMPARISONS);
    const { plan, numbered, waits } = input;
    const findings = plan.tasks.flatMap((task, index): readonly RuleFinding[] => {
      const number = numbered.numbers.get(task.id) ?? 0;
      const counts = (other: number) => !waits(number, other) && !waits(other, number);
      const rivals = known.rivals(task, { most: MAX_RIVALS_NAMED + 1, counts });
      known.add(number, task);
      return rivals.length === 0 ? [] : [overlapFinding({ task, index, rivals: tasksOf(rivals, input) })];
    });
    return known.exhausted ? [...findings, unfinished] : findings;
  },
};

const unfinished: RuleFinding = {
  path: ['tasks'],
  part: 'key',
  message:
    'so many tasks touch the same paths that not all of them were compared; name the paths of each task more narrowly',
};

function tasksOf(numbers: readonly number[], { numbered, tasks }: RuleInput): readonly Task[] {
  return numbers.toSorted((a, b) => a - b).flatMap((number) => tasks.get(numbered.ids[number] ?? '') ?? []);
}

function overlapFinding({ task, index, rivals }: { task: Task; index: number; rivals: readonly Task[] }): RuleFinding {
  const first = rivals[0]?.touches ?? [];
  const nth = task.touches.findIndex((glob) => overlaps([glob], first));
  const names = rivals.slice(0, MAX_RIVALS_NAMED).map(({ id }) => id);
  const others = rivals.length > MAX_RIVALS_NAMED ? `${names.join(', ')} and others` : list(names);
  const verb = rivals.length > 1 ? 'touch' : 'touches';
  const message = `${task.id} could run at the same time as ${others}, which ${verb} \`${task.touches[nth]}\` too, so they will take turns; add a dependency where one builds on the other, or name fewer paths`;
  return { path: ['tasks', index, 'touches', Math.max(nth, 0)], message };
}
