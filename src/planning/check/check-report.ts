import type { AgentShare } from './agent-shares.ts';
import type { CheckFinding, CheckReport, PlanFigures } from './check.ts';
import { RULES } from './rules.ts';
import { chain, count, durationText, groupThousands, list } from './words.ts';

/** Findings of one rule that are each told in full; of more, the first is, and where the others are. */
const MAX_TOLD_PER_RULE = 3;
/** Places of a rule that are named before the rest is counted. */
const MAX_PLACES = 10;

/**
 * What was found, for people: what it comes to, then errors, then warnings by rule.
 *
 * @param all Tell every finding at its place, in file order.
 */
export function checkReportText(
  { findings, figures }: CheckReport,
  { all = false }: { readonly all?: boolean } = {},
): string {
  const warnings = of(findings, 'warning');
  const blocks = [
    [`${figures ? `${summary(figures)}; ` : ''}${tally(findings)}`, ...(figures ? criticalLines(figures) : [])],
    agentLines(figures?.agents ?? []),
    // Errors are never folded: loading has its own measure.
    of(findings, 'error').map(line),
    ...(all ? [warnings.map(line)] : byRule(warnings)),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** The same for programs; figures are null where the plan was refused. */
export function checkReportJson({ findings, figures }: CheckReport): object {
  return {
    problems: findings.map(({ severity, rule, file, line, column, message }) => ({
      severity,
      rule,
      file,
      line,
      column,
      message,
    })),
    tasks: figures?.tasks ?? null,
    dependencies: figures?.dependencies ?? null,
    work_min: figures?.work ?? null,
    critical_path_min: figures?.critical.minutes ?? null,
    critical_path: figures?.critical.path ?? null,
    agents: figures?.agents.map(({ byDefault, ...share }) => ({ ...share, by_default_routes: byDefault })) ?? null,
  };
}

function of(verdicts: readonly CheckFinding[], wanted: CheckFinding['severity']): readonly CheckFinding[] {
  return verdicts.filter(({ severity }) => severity === wanted);
}

/** `tasks.json:12:20: warning: what is so; what to do (redundant-edge)` */
function line(finding: CheckFinding): string {
  const { severity, rule, message } = finding;
  return `${placeOf(finding)}: ${severity}: ${message}${severity === 'warning' ? ` (${rule})` : ''}`;
}

function placeOf({ file, line, column }: CheckFinding): string {
  return `${file}:${line}:${column}`;
}

/** Rules in the order in which the file breaks them first. Those with few findings stand together. */
function byRule(warnings: readonly CheckFinding[]): readonly (readonly string[])[] {
  const groups = [...Map.groupBy(warnings, ({ rule }) => rule)];
  const few = groups.filter(([, { length }]) => length <= MAX_TOLD_PER_RULE).flatMap(([, found]) => found.map(line));
  const many = groups
    .filter(([, { length }]) => length > MAX_TOLD_PER_RULE)
    .map(([rule, found]) => grouped(rule, found));
  return [few, ...many];
}

function grouped(rule: string, found: readonly CheckFinding[]): readonly string[] {
  const [first, ...others] = found;
  const about = RULES.find(({ name }) => name === rule)?.about ?? rule;
  const places = list(
    others.map((one) => String(one.line)),
    MAX_PLACES,
  );
  return [
    `warning: ${groupThousands(found.length)} ${about} (${rule})`,
    ...(first ? [`  ${placeOf(first)}: ${first.message}`] : []),
    `  likewise in lines ${places}; --all tells of each`,
  ];
}

/** `general-purpose (claude, haiku): 6 tasks, 6 of them by the default routes` */
function agentLines(agents: readonly AgentShare[]): readonly string[] {
  const lines = agents.map(({ agent, run, model, tasks, byDefault }) => {
    const some = byDefault === tasks ? '' : `, ${groupThousands(byDefault)} of them`;
    const how = byDefault === 0 ? '' : `${some || ','} by the default routes`;
    return `${agent} (${run}, ${model}): ${count(tasks, 'task')}${how}`;
  });
  if (agents.every(({ byDefault }) => byDefault === 0)) return lines;
  return [...lines, 'The default routes count until `routes` in .github/agent-waves.yml says who does what.'];
}

function summary({ tasks, dependencies, work }: PlanFigures): string {
  return `${count(tasks, 'task')}, ${count(dependencies, 'dependency', 'dependencies')}, ${durationText(work)} of work`;
}

function criticalLines({ critical: { path, minutes } }: PlanFigures): readonly string[] {
  return path.length === 0 ? [] : [`critical path ${durationText(minutes)}: ${chain(path)}`];
}

function tally(verdicts: readonly CheckFinding[]): string {
  return `${count(of(verdicts, 'error').length, 'error')}, ${count(of(verdicts, 'warning').length, 'warning')}`;
}
