import { fullName } from '../../github/locator.ts';
import { LABEL } from '../../state/names.ts';
import { stepThatBrings } from '../../task/process/missing-program.ts';
import type { GitHubFacts } from './github-facts.ts';
import type { FoundRepository } from './look-around.ts';
import type { Answers } from './setup-choices.ts';

const README = 'https://github.com/agent-waves/agent-waves#install-it-on-a-repository';

interface StepsInput {
  readonly found: FoundRepository;
  readonly answers: Answers;
  readonly github: GitHubFacts;
  /** The configuration names checks of its own. */
  readonly hasChecks: boolean;
}

/** What only a person can do on GitHub before anything can land, one sentence each. */
export function missingSteps({ found, answers, github, hasChecks }: StepsInput): readonly string[] {
  const { agent, landing, host } = answers;
  return [
    ...(hasChecks
      ? []
      : ['No check was found: name one under `checks` in the configuration, or nothing can be told to be done.']),
    ...missingPrograms(found).map((program) => `The runner has no \`${program}\`: ${stepThatBrings(program)}.`),
    `Make the environment \`agent-waves\` (Settings, Environments) for the default branch alone${secretText(agent)}.`,
    ...(landing === 'push' ? [] : ['Allow GitHub Actions to create pull requests (Settings, Actions, General).']),
    ...(host === 'server' ? [`Make the GitHub App, install it on the repository and serve it: ${README}`] : []),
    ...ruleSteps({ answers, github }),
  ];
}

/** What starts the plan, once everything else is there. */
export const START_STEP = `Put the label \`${LABEL.start}\` on the plan issue: until then nothing runs, and nothing is spent.`;

/** Programs that hosted runners lack. */
const LACKING = /\b(pnpm|bun|uv|poetry|pdm|pipenv|hatch)\b/;

function missingPrograms({ checks, install }: FoundRepository): readonly string[] {
  const commands = [...install, ...checks.flatMap((check) => check.commands)];
  return [...new Set(commands.flatMap(({ run }) => LACKING.exec(run)?.[1] ?? []))];
}

function secretText(agent: Answers['agent']): string {
  switch (agent) {
    case 'claude':
      return ', with the secret `ANTHROPIC_API_KEY`, or `CLAUDE_CODE_OAUTH_TOKEN` of a subscription';
    case 'codex':
      return ', with the secret `OPENAI_API_KEY`';
    case 'gemini':
      return ', with the secret `GEMINI_API_KEY`';
    case 'copilot':
      return '; Copilot CLI needs no secret, but a policy of the organization that allows it';
  }
}

/** Rules of the default branch under which this landing does not go through by itself. */
function ruleSteps({ answers: { landing }, github }: Pick<StepsInput, 'answers' | 'github'>): readonly string[] {
  if (!github.known) return [];
  const branch = github.defaultBranch;
  return [
    ...(github.onlyPulls && landing === 'push'
      ? [`${branch} takes pull requests alone: choose \`landing: merge\` or \`review\`.`]
      : []),
    ...(github.reviews > 0 && landing === 'merge'
      ? [`Pull requests to ${branch} need ${github.reviews} approvals: choose \`landing: review\`.`]
      : []),
    ...(github.requiredChecks.length > 0 && landing !== 'push'
      ? [
          `${branch} requires the checks ${github.requiredChecks.join(', ')}: they must run on pull requests that an app opens.`,
        ]
      : []),
  ];
}

/** What git has to do before GitHub sees the files. */
export function commitSteps(found: FoundRepository, files: readonly string[]): readonly string[] {
  const { branch, defaultBranch, remote } = found;
  const where =
    branch === defaultBranch
      ? ''
      : ` They count on ${defaultBranch}${branch === undefined ? ', and no branch is checked out here' : `, and here ${branch} is checked out`}.`;
  const target = remote
    ? ` to ${fullName(remote)}`
    : ': this checkout has no remote on GitHub, so make a repository there first';
  return files.length === 0 ? [] : [`Commit ${files.join(', ')} and push${target}.${where}`];
}
