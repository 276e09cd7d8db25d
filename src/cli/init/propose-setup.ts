import { onboardingBody, ticksIn } from './onboarding-body.ts';
import type { PreparedSetup } from './prepare-setup.ts';
import { START_STEP } from './setup-steps.ts';
import { digestOf, type SetupFile } from './setup-target.ts';
import { detected, forecastSections, planLines } from './setup-text.ts';
import { type WrittenOnboarding, writeOnboarding } from './write-onboarding.ts';

/** Opens the onboarding pull request, or brings it up to date. */
export async function proposeSetup(setup: PreparedSetup): Promise<WrittenOnboarding> {
  const { onboarding, forecast, files, isWritten, found, github, answers, passed, missing } = setup;
  if (!onboarding || !forecast.ok) throw new Error('nothing was prepared for a pull request');
  const { access, branch } = onboarding;
  const known = files.filter((file) => file.state === 'same' || isWritten(file));
  const body = onboardingBody({
    detected: detected({ found, github }),
    files: files.map((file) => ({ path: file.path, what: describe(file, isWritten(file)) })),
    plan: planLines(answers, passed),
    forecast: forecastSections(forecast),
    missing,
    ticked: ticksIn(branch.pull?.body ?? ''),
    start: START_STEP,
    waves: forecast.plan.waves.length,
    tasks: forecast.plan.tasks.length,
    digests: Object.fromEntries(known.map(({ path, text }) => [path, digestOf(text)])),
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
