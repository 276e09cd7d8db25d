import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { type BudgetLimit, isSameLimit, type LimitUse, limitUses, TRIFLE } from '../../state/budget-limits.ts';
import type { GroupRecord } from '../../state/record.ts';
import { isOver } from '../../state/satisfied.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';
import type { Spending } from '../../state/spending.ts';
import { startOf } from '../../state/steering.ts';
import type { TaskView } from '../../state/task-view.ts';
import { isClosedToUs, type TrackedIssues } from '../../state/tracked-issues.ts';
import { budgetQuestion, budgetWarning } from '../../text/spending.ts';
import { accountOf } from '../schedule/reserve.ts';
import type { Comment } from './effect.ts';

export interface TellBudgetInput {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
  readonly tracked: TrackedIssues;
  readonly tasks: readonly TaskView[];
  /** With what this decision reserves. */
  readonly spending: Spending;
  /** Limits that ready tasks do not fit into. */
  readonly short: readonly BudgetLimit[];
}

/** At this part of a limit people are told. */
const WARNED_AT = 0.8;

type Told = NonNullable<GroupRecord['budget']>[number];

/**
 * Tells people on the plan issue once that a limit is nearly used up, and asks once what is to be done when it is: what was
 * told stands in the plan's record, so that others can tell it elsewhere.
 */
export function tellBudget(input: TellBudgetInput): {
  readonly tracked: TrackedIssues;
  readonly effects: readonly Comment[];
} {
  const { tracked, spending, snapshot } = input;
  const { plan } = tracked;
  if (!plan?.issue.open || isClosedToUs(plan)) return { tracked, effects: [] };
  const before = plan.record.budget ?? [];
  const effects: Comment[] = [];
  const told = limitUses(input, spending).flatMap((use): readonly Told[] => {
    const known = before.find((one) => isSameLimit(one, use) && one.limit === use.limit);
    const left = leftWithin(use, input);
    const level = left === 0 ? 0 : levelOf(use, input.short);
    if (level <= (known?.level ?? 0)) return known ? [known] : [];
    effects.push(commentOn(plan.issue.number, { use, level, left, input }));
    const { scope, name, unit, limit } = use;
    return [{ scope, name, unit, limit, level, at: instant(snapshot.now) }];
  });
  const { budget: _, ...record } = plan.record;
  return {
    tracked: { ...tracked, plan: { ...plan, record: told.length === 0 ? record : { ...record, budget: told } } },
    effects,
  };
}

/** What is reserved may come back: while there is any, nothing is used up. */
function levelOf(use: LimitUse, short: readonly BudgetLimit[]): number {
  const { spent, reserved, limit } = use;
  const isShort = short.some((one) => isSameLimit(one, use));
  if (spent + TRIFLE >= limit || (isShort && reserved === 0)) return 100;
  return spent + TRIFLE >= WARNED_AT * limit ? 80 : 0;
}

/** How many tasks that are not done would spend of it. */
function leftWithin({ scope, name }: BudgetLimit, { tasks, config }: TellBudgetInput): number {
  return tasks.filter((view) => {
    if (isOver(view)) return false;
    if (scope === 'plan') return true;
    return scope === 'wave' ? String(view.task.wave) === name : accountOf(view, config).type === name;
  }).length;
}

interface Telling {
  readonly use: LimitUse;
  readonly level: number;
  readonly left: number;
  readonly input: TellBudgetInput;
}

function commentOn(issue: number, { use, level, left, input }: Telling): Comment {
  const { scope, name, unit, limit } = use;
  return {
    kind: 'comment',
    key: `budget:${issue}:${[scope, name, unit, limit, level].join(':')}`,
    issue,
    body: level === 100 ? budgetQuestion(use, { people: peopleFor(input), left }) : budgetWarning(use),
    reason: level === 100 ? 'a limit of the budget is used up' : 'a limit of the budget is nearly used up',
  };
}

/** Those of `escalate_to`, else whoever started the plan, or a wave of it. */
function peopleFor({ config, snapshot, tracked: { plan, waves } }: TellBudgetInput): readonly string[] {
  if (config.escalate_to.length > 0) return config.escalate_to;
  const starters = [plan, ...waves.values()].flatMap((one) => (one ? (startOf(one, snapshot)?.by ?? []) : []));
  const starter = starters.find((login) => login !== snapshot.app);
  return starter === undefined ? [] : [starter];
}
