import type { Config } from '../../plan/config.ts';
import { fallbackAgent } from '../../plan/default-routes.ts';
import type { ModelRun } from '../rehearse/agent.ts';
import { UsageError } from '../usage-error.ts';
import type { ExistingSetup } from './existing-setup.ts';
import type { GitHubFacts } from './github-facts.ts';
import type { PlanSource } from './plan-sources.ts';
import type { Prompter } from './prompter.ts';
import type { Answers, HostKind, PlanChoice, WorkflowKind } from './setup-choices.ts';

export interface AnswerFlags {
  readonly yes?: true;
  readonly landing?: Config['landing'];
  readonly agent?: ModelRun;
  readonly model?: string;
  readonly maxParallel?: number;
  readonly workflow?: WorkflowKind;
  readonly host?: HostKind;
  /** The path was looked at already; false: `--no-import`. */
  readonly import?: string | false;
}

interface Known {
  readonly flags: AnswerFlags;
  readonly existing: ExistingSetup;
  readonly github: GitHubFacts;
  readonly sources: readonly PlanSource[];
  /** Absent: nobody is there to be asked. */
  readonly prompter: Prompter | undefined;
}

/**
 * Every answer: of a flag, else what is there already, else of a person, else what was found.
 *
 * @throws UsageError where nobody can be asked, and neither `--yes` nor a flag answers.
 */
export async function answer(known: Known): Promise<Answers> {
  const { flags, existing } = known;
  const open = openQuestions(known);
  if (open.length > 0 && !flags.yes && !known.prompter) throw new UsageError(missingAnswers(open));
  const given = new Map<Question['name'], string>();
  for (const question of open) {
    const value = flags.yes || !known.prompter ? question.fallback : await known.prompter.choose(question);
    given.set(question.name, value);
  }
  const picked = (name: Question['name']) => given.get(name);
  const agent = flags.agent ?? (picked('agent') as ModelRun | undefined) ?? existing.agent?.run ?? 'claude';
  return {
    landing: flags.landing ?? (picked('landing') as Config['landing'] | undefined) ?? existing.landing ?? 'merge',
    agent,
    model: flags.model ?? modelFor(agent, existing),
    maxParallel: flags.maxParallel ?? existing.maxParallel,
    workflow: flags.workflow ?? (picked('workflow') as WorkflowKind | undefined) ?? existing.workflow ?? 'normal',
    host: flags.host ?? (picked('host') as HostKind | undefined) ?? existing.host ?? 'server',
    plan: planChoice(known, picked('import')),
  };
}

function modelFor(agent: ModelRun, { agent: configured }: ExistingSetup): string | undefined {
  if (configured?.run === agent) return configured.model;
  return agent === fallbackAgent.run ? fallbackAgent.model : undefined;
}

const EXAMPLE = 'no';

function planChoice({ flags, existing, sources }: Known, picked: string | undefined): PlanChoice {
  const named = typeof flags.import === 'string' ? sources[0] : sources.find(({ path }) => path === picked);
  if (named && (typeof flags.import === 'string' || picked !== undefined)) return { kind: 'import', source: named };
  return existing.plan === undefined ? { kind: 'example' } : { kind: 'existing' };
}

interface Question {
  readonly name: 'landing' | 'agent' | 'workflow' | 'host' | 'import';
  readonly text: string;
  /** Each with what it means. */
  readonly options: readonly (readonly [value: string, meaning: string])[];
  readonly fallback: string;
}

/** What neither a flag nor the repository answers. */
function openQuestions(known: Known): readonly Question[] {
  const { flags, existing, github, sources } = known;
  const { landing, workflow } = recommended(github);
  const questions: readonly (Question | false)[] = [
    flags.landing === undefined &&
      existing.landing === undefined && {
        name: 'landing',
        text: 'How does verified work reach the default branch?',
        options: [
          ['merge', 'a pull request for each task, squashed at once'],
          ['review', 'a pull request for each task, which people merge'],
          ['push', 'straight to the branch'],
        ],
        fallback: landing,
      },
    flags.agent === undefined &&
      existing.agent === undefined && {
        name: 'agent',
        text: 'Which agent does the tasks?',
        options: [
          ['claude', 'Claude Code'],
          ['codex', 'Codex'],
          ['gemini', 'Gemini CLI'],
          ['copilot', 'Copilot CLI'],
        ],
        fallback: 'claude',
      },
    flags.workflow === undefined &&
      existing.workflow === undefined && {
        name: 'workflow',
        text: 'Which task workflow?',
        options: [
          ['normal', 'one job'],
          ['hardened', 'several jobs; the one that runs the agent may write nothing: for public repositories'],
        ],
        fallback: workflow,
      },
    flags.host === undefined &&
      existing.host === undefined && {
        name: 'host',
        text: 'Who makes the passes that start tasks?',
        options: [
          ['server', 'the app on a server of yours: at once, for many repositories'],
          ['actions', 'workflows of this repository: no server'],
        ],
        fallback: 'server',
      },
    sources.length > 0 &&
      flags.import === undefined &&
      existing.plan === undefined && {
        name: 'import',
        text: 'Which plan is imported?',
        options: [
          ...sources.map(
            ({ path, imported }) => [path, `${imported.format.title}, ${imported.plan.tasks.length} tasks`] as const,
          ),
          [EXAMPLE, 'none: three example tasks'],
        ],
        fallback: sources[0]?.path ?? EXAMPLE,
      },
  ];
  return questions.filter((question) => question !== false);
}

/** What fits the repository, as far as GitHub told. */
function recommended(github: GitHubFacts): Pick<Answers, 'landing' | 'workflow'> {
  if (!github.known) return { landing: 'merge', workflow: 'normal' };
  return { landing: github.reviews > 0 ? 'review' : 'merge', workflow: github.isPrivate ? 'normal' : 'hardened' };
}

function missingAnswers(open: readonly Question[]): string {
  const flags = open.map(({ name, options, fallback }) => {
    const values = name === 'import' ? 'PATH (or --no-import)' : options.map(([value]) => value).join('|');
    return `  --${name} ${values}   --yes takes ${fallback}`;
  });
  return [
    'this is no terminal, and nobody can be asked; give --yes, which takes what was found, or every answer:',
    ...flags,
  ].join('\n');
}
