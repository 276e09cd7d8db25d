import type { Plan, Wave } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import { inline } from '../state/markdown.ts';
import type { TaskView } from '../state/task-view.ts';
import { costText } from './costs.ts';

export interface EvidenceInput {
  readonly plan: Plan;
  readonly wave: Wave;
  readonly tasks: readonly TaskView[];
  /** Those of the wave. */
  readonly within: readonly TaskView[];
  readonly repositoryUrl: string;
}

/** What a reviewer of a wave's pull request wants to know: what landed, how it was verified, and what else comes along. */
export function waveEvidence({ wave, within, tasks, repositoryUrl }: EvidenceInput): string {
  const others = tasks.filter(({ task, record }) => task.wave !== wave.number && record.done?.commit !== undefined);
  const cost = costText(within.map(({ record }) => record));
  return [
    `What the tasks of **${inline(waveName(wave))}** landed, and how each of them was verified.`,
    ['| Task | Issue | Commit | Checks | Cost |', '| --- | --- | --- | --- | --- |', ...within.map(row)].join('\n'),
    ...(cost === undefined ? [] : [`Cost of the wave: ${cost}.`]),
    ...(others.length === 0 ? [] : [`Tasks of other waves that landed meanwhile and come along: ${named(others)}.`]),
    'Please merge with a **merge commit**, not by squashing: the branch goes on, and squashed commits would come again with the next wave.',
  ].join('\n\n');

  function row({ task, issue, record, unverified, state }: TaskView): string {
    const { done } = record;
    const commit =
      done?.commit === undefined ? '–' : `[${done.commit.slice(0, 7)}](${repositoryUrl}/commit/${done.commit})`;
    const how = state === 'skipped' ? 'skipped' : unverified ? '⚠️ not verified' : checksOf(done?.checks ?? {});
    return `| ${inline(task.id)} ${inline(task.title)} | ${issue === undefined ? '–' : `#${issue}`} | ${commit} | ${how} | ${costText([record]) ?? '–'} |`;
  }
}

/** `compile, test; lint flaky`: what passed, then what is to be said of others. */
function checksOf(checks: Readonly<Record<string, string>>): string {
  const named = Object.entries(checks).filter(([name, status]) => name !== 'progress' && status !== 'absent');
  const passed = named.flatMap(([name, status]) => (status === 'passed' ? [name] : []));
  const rest = named.flatMap(([name, status]) => (status === 'passed' ? [] : [`${name} ${status}`]));
  return [passed.length > 0 ? `✔ ${passed.join(', ')}` : '', ...rest].filter(Boolean).map(inline).join('; ') || '–';
}

const MAX_NAMED = 50;

function named(views: readonly TaskView[]): string {
  const names = views
    .slice(0, MAX_NAMED)
    .map(({ task, issue }) => `${inline(task.id)}${issue === undefined ? '' : ` (#${issue})`}`);
  return [...names, ...(views.length > MAX_NAMED ? [`and ${views.length - MAX_NAMED} more`] : [])].join(', ');
}
