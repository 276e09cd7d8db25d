import { describe, expect, test } from 'vitest';
import { protectionBy } from '../../../src/task/land/protection.ts';

const RULES = { plan: 'docs/planning/tasks.json', progress: 'PROGRESS.md', protected: [], protectedExcept: [] };

const protection = (protectedExcept: readonly string[] = [], outputs: readonly string[] = []) =>
  protectionBy({ rules: { ...RULES, protectedExcept }, task: { outputs } });

const STEERING = [
  ...['AGENTS.md', 'AGENTS.override.md', 'CLAUDE.md', 'CLAUDE.local.md', 'GEMINI.md', '.mcp.json', '.cursorrules'],
  ...[
    '.claude/settings.json',
    '.gemini/settings.json',
    '.codex/config.toml',
    '.cursor/rules/a.mdc',
    '.clinerules/a.md',
  ],
  ...['.vscode/tasks.json', '.devcontainer/devcontainer.json', '.devcontainer.json', '.idea/workspace.xml', '.exrc'],
  ...['.envrc', 'mise.toml', '.tool-versions', '.gitattributes', '.gitmodules', '.husky/pre-commit', 'lefthook.yml'],
  ...['.pre-commit-config.yaml', 'lefthook-local.yml', '.lefthook.toml', '.lintstagedrc.json', '.githooks/pre-push'],
  ...['.npmrc', '.yarnrc.yml', '.pnpmfile.cjs', 'pnpmfile.js', 'bunfig.toml', '.cargo/config.toml', 'pip.conf'],
  ...['.yarn/releases/yarn-4.0.0.cjs', '.yarn/plugins/a.cjs', '.mvn/extensions.xml', 'uv.toml', 'renovate.json'],
  ...['.circleci/config.yml', '.gitlab-ci.yml', '.gitlab/ci/build.yml', 'action.yml', 'action.yaml', 'Jenkinsfile'],
  ...['azure-pipelines.yml', '.travis.yml', '.buildkite/pipeline.yml', 'bitbucket-pipelines.yml', '.drone.yml'],
  ...['.agent/rules/a.md', '.claude-plugin/plugin.json', '.helix/languages.toml', '.bsp/a.json', '.replit', '.bazelrc'],
  ...['.bazeliskrc', 'poetry.toml', '.pdm.toml', '.prototools', 'commitlint.config.js', 'ci_scripts/ci_post_clone.sh'],
  ...['netlify.toml', 'vercel.json', '.readthedocs.yaml', '.goreleaser.yml', '.releaserc.json', 'release.config.js'],
];

/** What honest tasks make and change. */
const HONEST = [
  ...[
    'README.md',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    '.gitignore',
    '.dockerignore',
    '.editorconfig',
  ],
  ...['.env.example', '.nvmrc', 'Dockerfile', 'Makefile', 'pnpm-workspace.yaml', 'vite.config.ts', 'eslint.config.js'],
  ...[
    '.prettierrc',
    'src/actions/index.ts',
    'src/action.ts',
    'docs/agents.html',
    'docs/warp.md',
    'src/agents/claude.ts',
  ],
  ...[
    'src/claude/client.ts',
    'test/fixtures/cursor.json',
    'src/rules/index.ts',
    'src/vscode/extension.ts',
    'ci/README',
  ],
  ...['.yarn/cache/left-pad.zip', '.mvn/wrapper/maven-wrapper.properties', 'gradle/wrapper/gradle-wrapper.jar'],
  ...[
    'Cargo.toml',
    'cargo/lib.rs',
    'pyproject.toml',
    'uv.lock',
    'src/mise/index.ts',
    'docs/hooks.md',
    'src/git-hooks.ts',
  ],
  ...[
    'github/client.ts',
    'docs/gemini-api.md',
    'claude-notes.md',
    'drone.yml',
    'src/release.ts',
    'docs/render.md',
    'src/agent/index.ts',
    'src/npmrc.ts',
    'a.npmrc',
    'myaction.yml',
  ],
];

describe('a file that steers agents or tools is protected', () => {
  test.each(STEERING)('%s: at the root, in a folder, in another case', (path) => {
    const why = protection();

    for (const form of [path, `packages/web/${path}`, path.toUpperCase(), `a/${path.toLowerCase()}`])
      expect(why(form)?.does, form).toBeDefined();
  });

  test.each([
    ['a link or file in place of the folder', '.claude'],
    ['a sign that nobody sees', '.cla\u200bude/settings.json'],
    ['another form of a letter', '.ｎpmrc'],
    ['the Kelvin sign', '.hus\u212Ay/pre-commit'],
    ['a dot at the end, which Windows drops', '.envrc.'],
    ['spaces at the end of a folder, likewise', '.vscode /tasks.json'],
    ['a line break elsewhere in the path', 'a\nb/.npmrc'],
  ])('with %s', (_, path) => {
    expect(protection()(path)).toBeDefined();
  });

  test.each(HONEST)('and %s is not', (path) => {
    expect(protection()(path)).toBeUndefined();
    expect(protection()(`packages/web/${path}`)).toBeUndefined();
  });
});

describe('a task that is meant to change such a file', () => {
  test.each<[string, boolean, { except?: string[]; outputs?: string[] }]>([
    ['names it, and the configuration allows it', true, { except: ['**/.npmrc'], outputs: ['web/.npmrc'] }],
    ['names it alone', false, { outputs: ['web/.npmrc'] }],
    ['is allowed it without naming it', false, { except: ['web/.npmrc'] }],
    ['names it and is allowed another', false, { except: ['.npmrc'], outputs: ['web/.npmrc'] }],
    ['is allowed another spelling', false, { except: ['web/.NPMRC'], outputs: ['web/.npmrc'] }],
  ])('%s: %s', (_, allowed, { except, outputs }) => {
    expect(protection(except, outputs)('web/.npmrc') === undefined).toBe(allowed);
  });

  test.each([
    '.github/workflows/ci.yml',
    '.GitHub/agent-waves.yml',
    'CODEOWNERS',
    'docs/CODEOWNERS',
    'docs/planning/tasks.json',
    'PROGRESS.md',
    'PROGRESS-pictures/plan-dark.svg',
    'progress-pictures/Timeline-light.svg',
  ])('is never allowed %s, which decides about the repository', (path) => {
    expect(protection(['**'], ['**'])(path)).toEqual({});
  });
});
