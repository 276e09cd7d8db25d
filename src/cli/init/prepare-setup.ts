import { relative, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { answer } from './answers.ts';
import { diffLines } from './diff-lines.ts';
import { type ExistingSetup, readExisting } from './existing-setup.ts';
import { folderTarget } from './folder-target.ts';
import { type Forecast, forecast } from './forecast.ts';
import { type FoundAccess, findAccess } from './github-access.ts';
import { type GitHubAccess, type GitHubFacts, readGitHub } from './github-facts.ts';
import type { InitFlags } from './init-flags.ts';
import { type FoundRepository, lookAround } from './look-around.ts';
import { type OnboardingBranch, readOnboarding } from './onboarding-branch.ts';
import { type FoundSources, findPlanSources, importFrom, type PassedSource } from './plan-sources.ts';
import type { Prompter } from './prompter.ts';
import { readGit } from './read-git.ts';
import type { Answers } from './setup-choices.ts';
import { setupFiles, setupInForce } from './setup-files.ts';
import { missingSteps } from './setup-steps.ts';
import { compareFiles, type SetupFile } from './setup-target.ts';
import { foundSection, sectionText } from './setup-text.ts';

/** Everything that is decided before anything is written. */
export interface PreparedSetup {
  readonly found: FoundRepository;
  readonly github: GitHubFacts;
  readonly answers: Answers;
  readonly planPath: string;
  readonly passed: readonly PassedSource[];
  readonly files: readonly SetupFile[];
  /** Whether a file is to be written: new ones, our own of before, and what a person gave up. */
  readonly isWritten: (file: SetupFile) => boolean;
  readonly forecast: Forecast;
  readonly missing: readonly string[];
  /** Of the pull request; undefined where the folder is written. */
  readonly onboarding: { readonly access: GitHubAccess; readonly branch: OnboardingBranch } | undefined;
}

interface Preparation {
  readonly flags: InitFlags;
  readonly prompter: Prompter | undefined;
}

/** @throws UsageError where there is no repository, nobody to ask, or something in the way. */
export async function prepareSetup(folder: string, { flags, prompter }: Preparation): Promise<PreparedSetup> {
  const git = await readGit(folder);
  const found = lookAround(git);
  const { repo, gh = false } = flags;
  const access = await findAccess({ remote: git.remote, repo, gh, environment: process.env });
  const github: GitHubFacts = access.ok ? await readGitHub(access.access) : { known: false, why: access.why };
  const onboarding = flags.pullRequest ? await onboardingOf(access, github) : undefined;
  const target = onboarding?.branch ?? folderTarget(found.root);

  const existing = await readExisting(target.read);
  const { usable, passed } = await sourcesFor({ found, existing, flags });
  prompter?.tell(sectionText([foundSection({ found, github })]));
  const answers = await answer({ flags, existing, github, sources: usable, prompter });
  const files = await compareFiles(setupFiles({ found, existing, answers }, target), target);
  const given = await givenUp(files, { flags, prompter });
  const isWritten = ({ path, state }: SetupFile) => state === 'new' || state === 'outdated' || given.has(path);
  const inForce = forecast(setupInForce(files, { existing, isWritten }));
  const hasChecks = inForce.ok && checksSomething(inForce.config, found);
  const missing = missingSteps({ found, answers, github, hasChecks });
  const { planPath } = existing;
  return { found, github, answers, planPath, passed, files, isWritten, forecast: inForce, missing, onboarding };
}

async function onboardingOf(access: FoundAccess, github: GitHubFacts): Promise<PreparedSetup['onboarding']> {
  if (!access.ok) throw new UsageError(`no pull request can be opened: ${access.why}`);
  if (!github.known) throw new UsageError(`no pull request can be opened: ${github.why}`);
  return { access: access.access, branch: await readOnboarding(access.access, github.defaultBranch) };
}

interface SourceQuestion {
  readonly found: FoundRepository;
  readonly existing: ExistingSetup;
  readonly flags: InitFlags;
}

/** @throws UsageError where the source that a person named is none. */
async function sourcesFor({ found, existing, flags }: SourceQuestion): Promise<FoundSources> {
  if (flags.import === false) return { usable: [], passed: [] };
  if (flags.import === undefined) {
    return existing.plan ? { usable: [], passed: [] } : findPlanSources(found.root, existing.planPath);
  }
  const path = relative(found.root, resolve(flags.import));
  const imported = await importFrom(found.root, path);
  if (!imported) throw new UsageError(`${flags.import} cannot be read; name a file, or a folder that holds a plan`);
  if (!imported.ok) throw new UsageError(`${flags.import} cannot be imported; \`agent-waves import\` lists why`);
  return { usable: [{ path, imported }], passed: [] };
}

/** Paths of files that somebody wrote, and may be written over. */
async function givenUp(files: readonly SetupFile[], { flags, prompter }: Preparation): Promise<ReadonlySet<string>> {
  const edited = files.filter(({ state }) => state === 'edited');
  if (flags.overwrite) return new Set(edited.map(({ path }) => path));
  const given = new Set<string>();
  for (const { path, before = '', text } of prompter && !flags.dryRun ? edited : []) {
    const difference = (await diffLines(before, text)).join('\n');
    if (await prompter?.confirm(`${path} is there, and differs:\n${difference}\nWrite over it?`)) given.add(path);
  }
  return given;
}

function checksSomething({ checks }: { readonly checks: object }, found: FoundRepository): boolean {
  const configured = Object.values(checks).some((commands) => Array.isArray(commands) && commands.length > 0);
  return configured || found.checks.some(({ commands }) => commands.length > 0);
}
