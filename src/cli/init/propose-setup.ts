import { memorable, onboardingBody, ticksIn } from './onboarding-body.ts';
import type { PreparedSetup } from './prepare-setup.ts';
import { digestOf, type SetupFile } from './setup-target.ts';
import { detected, forecastSections, planLines } from './setup-text.ts';
import { type WrittenOnboarding, writeOnboarding } from './write-onboarding.ts';

/** Opens the onboarding pull request, or brings it up to date. */
export async function proposeSetup(setup: PreparedSetup): Promise<WrittenOnboarding> {
  const { onboarding, forecast, files, isWritten, found, github, answers, passed, missing, planPath } = setup;
  if (!onboarding || !forecast.ok) throw new Error('nothing was prepared for a pull request');
  const { access, branch } = onboarding;
  const known = files.filter((file) => file.state === 'same' || isWritten(file));
  // The plan that an earlier run put there is not simply one that is there.
  const isOurPlan = answers.plan.kind === 'existing' && known.some(({ path }) => path === planPath);
  const plan = isOurPlan ? branch.memory.plan : memorable(planLines(answers, passed));
  const body = onboardingBody({
    detected: detected({ found, github }),
    files: files.map((file) => ({ path: file.path, what: describe(file, isWritten(file)) })),
    forecast: forecastSections(forecast),
    missing,
    ticked: ticksIn(branch.pull?.body ?? ''),
    waves: forecast.plan.waves.length,
    tasks: forecast.plan.tasks.length,
    memory: { files: Object.fromEntries(known.map(({ path, text }) => [path, digestOf(text)])), plan },
  });
  return writeOnboarding(access, { branch, files: files.filter(isWritten), body });
}

function describe({ path, state }: SetupFile, isWritten: boolean): string {
  if (state === 'edited' && !isWritten) return 'stays as somebody wrote it';
  if (/agent-waves\.ya?ml$/.test(path) && !path.includes('workflows'))
    return 'how Agent Waves works here, with the default routes spelled out';
  if (path.endsWith('agent-task.yml')) return 'runs one task; every action in it is pinned by its commit';
  return path.includes('workflows') ? 'makes the passes that start tasks' : 'the plan';
}
