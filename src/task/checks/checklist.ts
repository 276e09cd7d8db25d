import type { CheckCommand } from '../../plan/check-fields.ts';
import type { CheckName } from '../../state/result.ts';
import type { Assignment } from '../protocol/assignment.ts';
import { commandIn } from './command-in.ts';
import { dependentsFinder } from './dependents.ts';
import { detector } from './detect.ts';
import { MAX_PROJECTS, type ProjectQuery, projectsFor } from './projects.ts';

export interface PlannedCommand extends CheckCommand {
  /** Where it runs, from the root of the checkout: `run` goes there by itself. Absent: the root. */
  readonly folder?: string;
  /** Where it comes from, in words: "from the `test` script of package.json". */
  readonly why: string;
}

/** One line of the checklist that commands stand behind. */
export interface PlannedCheck {
  readonly name: Extract<CheckName, 'compile' | 'test' | 'lint' | 'integration' | 'scan'>;
  /** All must pass; empty: the repository or the task has none. */
  readonly commands: readonly PlannedCommand[];
  /** Why it cannot even be run. */
  readonly problem?: string;
  /** What a reader has to know of how it is checked. */
  readonly note?: string;
}

/** What the checklist of a task depends on: the checks of the configuration, and the one that the task names. */
interface CheckedTask {
  readonly rules: Pick<Assignment['rules'], 'checks'>;
  readonly task: Pick<Assignment['task'], 'integration'>;
}

/**
 * What is to be run for a task, in order: the configuration's commands, detected ones where it names none.
 * @param changed Paths that the work changes. Absent: nobody knows yet, and the repository as a whole is checked.
 */
export function checklist(
  workspace: string,
  {
    assignment: { rules, task },
    changed,
  }: { readonly assignment: CheckedTask; readonly changed?: readonly string[] | undefined },
): readonly PlannedCheck[] {
  const detect = detector(workspace);
  const withDependents = dependentsFinder(workspace);
  const planned = (['compile', 'test', 'lint'] as const).map((name): PlannedCheck => {
    const given = rules.checks[name];
    return given
      ? { name, commands: given.map(fromConfiguration) }
      : detected({ workspace, name, detect, withDependents, changed });
  });
  return [...planned, integration({ rules, task })];
}

function fromConfiguration(command: CheckCommand): PlannedCommand {
  return { ...command, why: 'from checks in .github/agent-waves.yml' };
}

function detected(question: ProjectQuery): PlannedCheck {
  const { name, detect } = question;
  const { folders, omitted } = projectsFor(question);
  const commands = folders.flatMap((folder) =>
    (detect(folder)[name] ?? []).map(({ run, why }): PlannedCommand => {
      const place = folder === '' ? {} : { folder };
      return { run: commandIn(folder, run), paths: [], ...place, why: folder === '' ? why : `${why} in ${folder}` };
    }),
  );
  return omitted === 0 ? { name, commands } : { name, commands, note: tooMany(omitted) };
}

function tooMany(left: number): string {
  return `${MAX_PROJECTS} projects checked, ${left} more left out; set checks with paths in .github/agent-waves.yml`;
}

function integration({ rules, task }: CheckedTask): PlannedCheck {
  const name = task.integration;
  if (name === undefined) return { name: 'integration', commands: [] };
  const known = rules.checks.integration;
  const commands = Object.hasOwn(known, name) ? known[name] : undefined;
  if (commands) return { name: 'integration', commands: commands.map(fromConfiguration) };
  const names = Object.keys(known).join(', ') || 'none';
  return {
    name: 'integration',
    commands: [],
    problem: `the task names integration check \`${name}\`, and checks.integration in .github/agent-waves.yml has ${names}; add it there`,
  };
}

/** True where nothing is found and the configuration does not say `none`: nobody could tell good work from bad. */
export function checksNothing(planned: readonly PlannedCheck[], { rules }: Pick<CheckedTask, 'rules'>): boolean {
  const { compile, test, lint } = rules.checks;
  const silent = compile === undefined && test === undefined && lint === undefined;
  return silent && planned.every(({ name, commands }) => name === 'integration' || commands.length === 0);
}

/** @returns The checklist in words, one line each: "test: npm test, from the `test` script of package.json". */
export function explainChecklist(planned: readonly PlannedCheck[]): readonly string[] {
  return planned.flatMap(({ name, commands, problem, note }) => [
    ...commands.map(({ run, paths, why }) => {
      const scope = paths.length > 0 ? `, where ${paths.join(', ')} changed` : '';
      return `${name}: ${run}, ${why}${scope}`;
    }),
    ...(commands.length === 0 && name !== 'integration' ? [`${name}: ${problem ?? 'none found'}`] : []),
    ...(note ? [`${name}: ${note}`] : []),
  ]);
}
