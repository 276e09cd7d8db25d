import type { Config } from '../../plan/config.ts';
import { parseJson } from '../../plan/json.ts';
import { MAX_TASKS } from '../../plan/load.ts';
import type { FileProblem, Plan, TaskId } from '../../plan/plan.ts';
import { type Locate, lineIndex, withoutByteOrderMark } from '../../plan/position.ts';
import { type AgentShare, tasksByAgent } from './agent-shares.ts';
import { type RuleFinding, ruleInput } from './check-rule.ts';
import { planDocument } from './plan-document.ts';
import { RULES } from './rules.ts';
import { groupThousands } from './words.ts';

/** Something said about a file, and how bad it is: an error keeps the plan from being used, a warning does not. */
export interface CheckFinding extends FileProblem {
  readonly severity: 'error' | 'warning';
  /** Stable name of what was broken: `redundant-edge`; `refused` for errors. */
  readonly rule: string;
}

/** What a plan comes to. Times are minutes. */
export interface PlanFigures {
  readonly tasks: number;
  readonly dependencies: number;
  /** All tasks, one after the other. */
  readonly work: number;
  readonly critical: { readonly path: readonly TaskId[]; readonly minutes: number };
  /** Who does how many of them. */
  readonly agents: readonly AgentShare[];
}

export interface CheckReport {
  /** In file order. */
  readonly findings: readonly CheckFinding[];
  /** Absent where the plan was refused. */
  readonly figures?: PlanFigures;
}

/**
 * Warns about a plan that loadPlan accepted: what is likely not meant, what will not fit GitHub, and what the
 * document that it was imported from says about it and is not so.
 *
 * @param source The text that the plan was loaded from.
 */
export function checkPlan(input: {
  readonly plan: Plan;
  readonly config: Config;
  readonly source: { readonly file: string; readonly text: string };
}): CheckReport {
  const { value, locate, position } = readingOf(input.source);
  const ruled = ruleInput({ ...input, document: planDocument(value) });
  const found = RULES.flatMap(({ name, find }) =>
    bounded(find(ruled)).map(({ path, part, message }) => ({ rule: name, message, offset: locate(path, part) })),
  );
  const findings = found
    .sort((a, b) => a.offset - b.offset)
    .map(({ rule, message, offset }): CheckFinding => {
      const place = { file: input.source.file, ...position(offset) };
      return { severity: 'warning', rule, ...place, message: printable(message) };
    });
  const { plan, work, critical } = ruled;
  const dependencies = plan.tasks.reduce((sum, task) => sum + task.dependencies.length, 0);
  const agents = tasksByAgent(plan, input.config);
  return { findings, figures: { tasks: plan.tasks.length, dependencies, work, critical, agents } };
}

/** One for each task that a plan may have. */
const MAX_PER_RULE = MAX_TASKS;

function bounded(findings: readonly RuleFinding[]): readonly RuleFinding[] {
  const next = findings[MAX_PER_RULE];
  if (next === undefined) return findings;
  const message = `${groupThousands(findings.length - MAX_PER_RULE)} more such warnings from here on are not listed; fix those above first`;
  return [...findings.slice(0, MAX_PER_RULE), { ...next, message }];
}

/** What loading refused, as `check` reports everything. */
export function refusedPlan(problems: readonly FileProblem[]): CheckReport {
  return { findings: problems.map((problem) => ({ severity: 'error', rule: 'refused', ...problem })) };
}

function readingOf(source: { readonly file: string; readonly text: string }): {
  readonly value: unknown;
  readonly locate: Locate;
  readonly position: ReturnType<typeof lineIndex>;
} {
  const text = withoutByteOrderMark(source.text);
  const json = parseJson(text);
  if (!json.ok) throw new Error(`${source.file} was read as a plan a moment ago and is not JSON now`);
  return { value: json.value, locate: json.locate, position: lineIndex(text) };
}

/** A claim may name anything as a task: nothing of it may steer the terminal. */
function printable(message: string): string {
  return message.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '�');
}
