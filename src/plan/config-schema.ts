import * as z from 'zod';
import { amounts, budget, modelPrice, prices } from './budget-fields.ts';
import { checks, scopedCommand } from './check-fields.ts';
import { attemptLimit, duration } from './duration-fields.ts';
import { notifyTarget } from './notify-fields.ts';
import { command, name, repositoryPath } from './text-fields.ts';

const price = (what: string) => z.number().min(0).max(100_000).optional().describe(what);

const agent = z
  .strictObject({
    run: z.enum(['claude', 'codex', 'gemini', 'copilot', 'command']).describe('The adapter that runs the agent.'),
    model: name().optional().describe('Model where neither task nor route names one.'),
    command: command().optional().describe('The program to run, for `run: command`.'),
    max_usd: z.number().positive().max(100_000).optional().describe('Maximum cost of one run, in US dollars.'),
    max_turns: z.int().min(1).max(100_000).optional().describe('Most replies of the model in one run.'),
    cost_per_hour: price('What an hour of work costs, in US dollars, for `simulate`.'),
  })
  .superRefine(({ run, command }, context) => {
    if (run === 'command' && command === undefined) {
      context.addIssue({ code: 'custom', message: '`run: command` needs `command`; add the program to run' });
    }
    if (run !== 'command' && command !== undefined) {
      const message = '`command` is for `run: command` only; remove it, or write `run: command`';
      context.addIssue({ code: 'custom', path: ['command'], message });
    }
  })
  .describe('How one agent type is run.');

const idGlob = z.string().regex(/^[A-Za-z0-9*][A-Za-z0-9._*-]{0,63}$/, {
  error: ({ input }) => `\`${String(input).slice(0, 40)}\` matches no task id; write an id, with \`*\` for any text`,
});

const category = z.string().min(1).max(64);

const route = z
  .strictObject({
    match: z.array(idGlob).default([]).describe('Task ids, `*` for any text: ["CORE-001", "INFRA-*"].'),
    category: z
      .union([category, z.array(category)], { error: '{name} must be a word or a list of words' })
      .default([])
      .transform((written) => (typeof written === 'string' ? [written] : written))
      .describe('Categories of tasks. A task matches by its id or by its category.'),
    agent: name().optional().describe('Agent type, a name under `agents`. Absent: general-purpose.'),
    model: name().optional().describe('Model for these tasks. Absent: that of the agent type.'),
  })
  .superRefine(({ match, category }, context) => {
    if (match.length > 0 || category.length > 0) return;
    context.addIssue({ code: 'custom', message: 'this route matches nothing; add `match` or `category`' });
  })
  .describe('Sends the tasks that it matches to an agent type and a model. The first that matches counts.');

const person = z
  .string()
  .regex(/^@?[A-Za-z0-9][A-Za-z0-9-]{0,38}(\/[A-Za-z0-9._-]{1,100})?$/, {
    error: ({ input }) =>
      `\`${String(input).slice(0, 40)}\` is not a person or team; write a login, or organization/team`,
  })
  .transform((login) => login.replace(/^@/, ''));

const bot = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?$/, {
    error: ({ input }) =>
      `\`${String(input).slice(0, 40)}\` is not the login of an app; write it as in agent-waves[bot]`,
  })
  .transform((login) => `${login.toLowerCase().replace(/\[bot\]$/, '')}[bot]`);

const branch = z.string().regex(/^(?!HEAD$)(?!.*(\.\.|\/\/|\.lock$|[./]$))[A-Za-z0-9{][A-Za-z0-9._/{}-]{0,200}$/, {
  error: ({ input }) =>
    `\`${String(input).slice(0, 40)}\` is not a branch; write default, or a name such as agent-waves/{plan}`,
});

const scan = z
  .strictObject({
    run: command()
      .optional()
      .describe(
        'A command that looks through the patch in $AGENT_WAVES_PATCH and fails where it must not land. Needs the workflow of several jobs.',
      ),
    allow: z.array(repositoryPath()).default([]).describe('Files that may hold what looks like a secret.'),
  })
  .describe('What a change is searched for before it lands, beside secrets and commands to the runner.');

/** The configuration file. Keys are spelled as people write them; durations come out in minutes. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where this schema is found, for editors.'),
    plan: repositoryPath().default('docs/planning/tasks.json').describe('The plan file.'),
    progress: repositoryPath().default('PROGRESS.md').describe('The progress file, written by the app.'),
    progress_branch: z
      .boolean()
      .default(false)
      .describe('true: progress goes to the branch agent-waves-progress, and the default branch has no commits of it.'),
    base: branch
      .default('default')
      .describe('Branch that work lands on: default, or a name, with {plan} for the plan.'),
    max_parallel: z.int().min(1).max(256).default(8).describe('Maximum number of tasks that run at the same time.'),
    attempts: z.int().min(1).max(20).default(3).describe('Attempts at a task before a person is asked.'),
    advance: z.enum(['manual', 'auto']).default('manual').describe('auto: the next wave starts when one is done.'),
    landing: z.enum(['merge', 'review', 'push']).default('merge').describe('How verified work reaches the base.'),
    slice: duration
      .prefault('5h')
      .describe('How long an agent works in one run before it checkpoints, at most: 5h, or minutes.'),
    attempt_limit: attemptLimit
      .prefault('4x')
      .describe(
        'How long the agent of one attempt works over all its runs, at most: times the estimate (4x, at least 2h), or a duration.',
      ),
    stalled_slices: z
      .int()
      .min(1)
      .max(20)
      .default(2)
      .describe('Runs in a row that end at their limit with no file changed: the attempt has failed.'),
    install: z.array(command()).optional().describe('Commands before the agent starts. Absent: detected; []: none.'),
    agents: z
      .record(name(), agent)
      .default({})
      .describe(
        'Agent types. Without entries of their own, test-runner and code-reviewer run as general-purpose does, which is Claude Code where it has none.',
      ),
    routes: z
      .array(route)
      .max(500)
      .optional()
      .describe(
        'Which tasks go to which agent type and model; replaces the default routes, whose models count where `agents` names none.',
      ),
    review: name().default('off').describe('off, or the agent type that reviews before landing.'),
    review_rounds: z.int().min(0).max(20).default(2).describe('How often objections go back to the agent.'),
    escalate_model: name().default('off').describe('off, or a stronger model for the last attempt.'),
    context: z
      .array(repositoryPath())
      .default(['AGENTS.md', 'CLAUDE.md', 'agents.md', 'docs/planning/tdd_workflow.md'])
      .describe('Files named in the brief where they exist.'),
    brief_tokens: z.int().min(1000).max(1_000_000).default(12_000).describe('Upper bound of the brief, in tokens.'),
    checks: checks.prefault({}).describe('The checks that gate closing; what is absent is detected.'),
    check_tries: z.int().min(1).max(10).default(3).describe('A check that fails, then passes, is shown as flaky.'),
    check_minutes: z
      .int()
      .min(1)
      .max(360)
      .default(30)
      .describe('Minutes that one command of a check may take, at most.'),
    baseline: z.boolean().default(false).describe('Run the checks before the agent starts, too.'),
    checkpoint: z.enum(['git', 'redis']).default('git').describe('Where unfinished work is kept between runs.'),
    checkpoint_every: duration
      .prefault('10min')
      .describe('How often the work of an agent is saved: 10min, or minutes.'),
    isolation: z
      .enum(['user', 'none'])
      .default('user')
      .describe('user: the agent runs as another user where possible.'),
    budget: budget.prefault({}).describe('Where to stop spending: new work is held and a person is asked.'),
    guard: z
      .enum(['strict', 'off'])
      .default('strict')
      .describe(
        'strict: work whose tests are fewer or skipped, or that changes the settings of checks, is refused unless its task names those files.',
      ),
    scan: scan.prefault({}).describe('What a change is searched for before it lands.'),
    protected: z
      .array(repositoryPath())
      .default([])
      .describe('Paths that no task may change, beside the built-in ones.'),
    protected_except: z
      .array(repositoryPath())
      .default([])
      .describe('Paths that a task which names them in its outputs may change, though they steer agents or tools.'),
    prices: prices.default({}),
    pass_runs_on: name()
      .default('ubuntu-slim')
      .describe('Runner of the jobs that make passes, without a server; written into their workflows.'),
    trusted_apps: z
      .array(bot)
      .max(10)
      .default([])
      .describe(
        'Hosts that may take turns at this plan, by the logins they write under: agent-waves[bot], github-actions[bot]. What each did counts for all.',
      ),
    notify: z
      .array(notifyTarget)
      .max(10)
      .default([])
      .describe('Where people are told of what needs them, and of what is done.'),
    escalate_to: z
      .array(person)
      .prefault([])
      .describe(
        'People or teams to mention and people to assign when a task needs a person. Absent: whoever started it.',
      ),
  })
  .describe('Configuration of Agent Waves, .github/agent-waves.yml. Every key is optional.');

export type ConfigFile = z.output<typeof configSchema>;

/** The keys that are allowed at a place in the file, for naming the one that was meant. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const deep = path.length > 1;
  switch (path[0]) {
    case undefined:
      return Object.keys(configSchema.shape);
    case 'agents':
      return Object.keys(agent.shape);
    case 'routes':
      return Object.keys(route.shape);
    case 'checks':
      return Object.keys(deep ? scopedCommand.shape : checks.shape);
    case 'scan':
      return Object.keys(scan.shape);
    case 'notify':
      return Object.keys(notifyTarget.shape);
    case 'prices':
      return Object.keys(deep ? modelPrice.shape : prices.shape);
    case 'budget':
      return Object.keys(deep ? amounts.shape : budget.shape);
    default:
      return [];
  }
}
