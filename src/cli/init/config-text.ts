import { type Config, defaultConfig, loadConfig } from '../../plan/config.ts';
import { type AgentRoute, FALLBACK_AGENT, fallbackAgent } from '../../plan/default-routes.ts';
import { spellOutInvisible } from '../../plan/invisible.ts';
import { SCHEMA_URLS } from '../../planning/import/plan-text.ts';
import { explainChecklist } from '../../task/checks/checklist.ts';
import type { FoundRepository } from './look-around.ts';
import type { Answers } from './setup-choices.ts';

/** The answers that stand in the configuration. */
export type ConfigAnswers = Pick<Answers, 'landing' | 'agent' | 'model' | 'maxParallel'>;

interface ConfigInput {
  readonly found: Pick<FoundRepository, 'checks' | 'install' | 'defaultBranch'>;
  readonly answers: ConfigAnswers;
  readonly planPath: string;
}

/**
 * The configuration as `init` writes it. What is detected stands in comments, since each run detects it anew; what was
 * decided stands in keys, the routes among them, which would count unseen otherwise.
 */
export function configText({ found, answers, planPath }: ConfigInput): string {
  const paragraphs = [
    [
      `# yaml-language-server: $schema=${SCHEMA_URLS.config}`,
      '# How Agent Waves works in this repository. Every key is optional: what is absent has its default.',
    ],
    [
      `# How verified work reaches ${found.defaultBranch}: merge (a pull request for each task, squashed at once), review (people merge`,
      '# it) or push (straight to the branch).',
      `landing: ${answers.landing}`,
    ],
    ...(planPath === defaultConfig().plan ? [] : [['# The plan.', `plan: ${JSON.stringify(planPath)}`]]),
    ['# Tasks that run at the same time, at most.', `max_parallel: ${answers.maxParallel}`],
    checkLines(found),
    agentLines(answers),
    [
      '# Which tasks go to which agent type and model: by their ids or categories, the first that matches counts, and what',
      `# matches none goes to general-purpose. These are the default routes${answers.agent === 'claude' ? ', with models of Claude' : ''}.`,
      'routes:',
      ...defaultRoutesFor(answers).map((route) => `  - ${routeText(route)}`),
    ],
  ];
  return `${paragraphs.map((lines) => lines.map(spellOutInvisible).join('\n')).join('\n\n')}\n`;
}

function checkLines({ checks, install }: ConfigInput['found']): readonly string[] {
  const none = checks.every(({ commands }) => commands.length === 0);
  const installed = install.map(({ run, why }) => `#   install: ${run}, ${why}`);
  return [
    '# What gates closing is detected in each run, from the files that are there. At present:',
    ...explainChecklist(checks).map((text) => `#   ${text}`),
    ...(installed.length > 0 ? installed : ['#   install: nothing to install']),
    ...(none
      ? ['# Without any check nobody can tell good work from bad: name one, in place of what is not detected.']
      : ['# A key replaces what is detected under its name:']),
    '# checks:',
    '#   test: make test',
  ];
}

function agentLines({ agent, model }: ConfigAnswers): readonly string[] {
  return [
    '# How agents run. test-runner and code-reviewer run as general-purpose does until they have an entry of their own.',
    'agents:',
    `  ${FALLBACK_AGENT}: { run: ${agent}${model === undefined ? '' : `, model: ${scalar(model)}`} }`,
  ];
}

/** The default routes as they count beside this agent, with the models that they choose for it. */
function defaultRoutesFor({ agent, model }: ConfigAnswers): Config['routes'] {
  const text = JSON.stringify({
    agents: { [FALLBACK_AGENT]: { run: agent, ...(isDefaultModel(agent, model) ? {} : { model }) } },
  });
  const loaded = loadConfig({ file: '', text });
  if (!loaded.ok) throw new Error(`the agent ${agent} cannot be configured: ${loaded.problems[0]?.message}`);
  return loaded.config.routes;
}

function isDefaultModel(agent: string, model: string | undefined): boolean {
  return model === undefined || (agent === fallbackAgent.run && model === fallbackAgent.model);
}

function routeText({ match, category, agent, model }: AgentRoute): string {
  const parts = [
    match.length > 0 && `match: [${match.map(scalar).join(', ')}]`,
    category.length > 0 && `category: [${category.map(scalar).join(', ')}]`,
    agent !== undefined && `agent: ${scalar(agent)}`,
    model !== undefined && `model: ${scalar(model)}`,
  ];
  return `{ ${parts.filter((part) => part !== false).join(', ')} }`;
}

function scalar(text: string): string {
  return /^[A-Za-z][\w-]*$/.test(text) ? text : JSON.stringify(text);
}
