import type { CheckCommand } from '../../plan/config-schema.ts';
import type { CheckName } from '../../state/result.ts';
import type { Assignment } from '../assignment.ts';
import { detectChecks } from './detect.ts';

/** One line of the checklist that commands stand behind. */
export interface PlannedCheck {
  readonly name: Extract<CheckName, 'compile' | 'test' | 'lint' | 'integration'>;
  /** All must pass; empty: the repository or the task has none. */
  readonly commands: readonly CheckCommand[];
  /** Why it cannot even be run. */
  readonly problem?: string;
}

/** What is to be run for a task, in order: the configuration's commands, detected ones where it names none. */
export function checklist(
  workspace: string,
  { rules, task }: Pick<Assignment, 'rules' | 'task'>,
): readonly PlannedCheck[] {
  const detected = detectChecks(workspace);
  const planned = (['compile', 'test', 'lint'] as const).map((name): PlannedCheck => {
    const found = detected[name];
    return { name, commands: rules.checks[name] ?? (found === undefined ? [] : [{ run: found, paths: [] }]) };
  });
  return [...planned, integration({ rules, task })];
}

function integration({ rules, task }: Pick<Assignment, 'rules' | 'task'>): PlannedCheck {
  const name = task.integration;
  if (name === undefined) return { name: 'integration', commands: [] };
  const known = rules.checks.integration;
  const commands = Object.hasOwn(known, name) ? known[name] : undefined;
  if (commands) return { name: 'integration', commands };
  const names = Object.keys(known).join(', ') || 'none';
  return {
    name: 'integration',
    commands: [],
    problem: `the task names integration check \`${name}\`, and checks.integration in .github/agent-waves.yml has ${names}; add it there`,
  };
}

/** True where nothing is found and the configuration does not say `none`: nobody could tell good work from bad. */
export function checksNothing(planned: readonly PlannedCheck[], { rules }: Pick<Assignment, 'rules'>): boolean {
  const { compile, test, lint } = rules.checks;
  const silent = compile === undefined && test === undefined && lint === undefined;
  return silent && planned.every(({ name, commands }) => name === 'integration' || commands.length === 0);
}
