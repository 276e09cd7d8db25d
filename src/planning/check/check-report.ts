import type { AgentShare } from './agent-shares.ts';
import type { CheckFinding, CheckReport, PlanFigures } from './check.ts';
import { chain, count, durationText, groupThousands } from './words.ts';

/** Findings of one rule that are shown before the rest is counted. */
const MAX_SHOWN_PER_RULE = 20;

/**
 * What was found, for people: errors, then warnings in file order, then a line that sums up.
 *
 * @param all Show every finding, however many a rule has.
 */
export function checkReportText(
  { findings, figures }: CheckReport,
  { all = false }: { readonly all?: boolean } = {},
): string {
  const sorted = [...of(findings, 'error'), ...of(findings, 'warning')];
  const blocks = [
    all ? sorted.map(line) : folded(sorted),
    agentLines(figures?.agents ?? []),
    [`${figures ? `${summary(figures)}; ` : ''}${tally(findings)}`],
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
function line({ file, line, column, severity, rule, message }: CheckFinding): string {
  return `${file}:${line}:${column}: ${severity}: ${message}${severity === 'warning' ? ` (${rule})` : ''}`;
}

/** Errors are never folded: loading has its own measure. */
function folded(findings: readonly CheckFinding[]): readonly string[] {
  const seen = new Map<string, number>();
  const lines: string[] = [];
  for (const finding of findings) {
    const number = (seen.get(finding.rule) ?? 0) + 1;
    seen.set(finding.rule, number);
    if (number <= MAX_SHOWN_PER_RULE || finding.severity === 'error') lines.push(line(finding));
  }
  const left = [...seen].filter(([rule, number]) => rule !== 'refused' && number > MAX_SHOWN_PER_RULE);
  const more = left.map(
    ([rule, number]) => `${groupThousands(number - MAX_SHOWN_PER_RULE)} more of ${rule}; --all lists them`,
  );
  return [...lines, ...more];
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

function summary({ tasks, dependencies, work, critical }: PlanFigures): string {
  const path =
    critical.path.length === 0 ? '' : `, critical path ${durationText(critical.minutes)}: ${chain(critical.path)}`;
  return `${count(tasks, 'task')}, ${count(dependencies, 'dependency', 'dependencies')}, ${durationText(work)} of work${path}`;
}

function tally(verdicts: readonly CheckFinding[]): string {
  return `${count(of(verdicts, 'error').length, 'error')}, ${count(of(verdicts, 'warning').length, 'warning')}`;
}
