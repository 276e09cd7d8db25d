/**
 * Files that act on whoever opens, clones, installs, commits to or builds the repository, whatever the task was about:
 * agents, editors, shells, git, package managers, CI. By what reads them, each where that program looks for it. What only
 * takes part when the project itself is built or run is not among them: that is code like any other.
 */
export interface SteeringFiles {
  /** What they do, in words that follow "the file is protected: ". */
  readonly does: string;
  /**
   * Names of files and folders, in any folder; those of folders stand for all below them. `*` is any text within a name,
   * `{a,b}` is either. With a `/` at the beginning: at the root alone.
   */
  readonly names: readonly string[];
}

export const STEERING_FILES: readonly SteeringFiles[] = [
  {
    does: 'it steers later agents',
    names: [
      ...[
        'AGENTS.md',
        'AGENTS.*.md',
        'CLAUDE.md',
        'CLAUDE.*.md',
        'GEMINI.md',
        'GEMINI.*.md',
        'copilot-instructions.md',
      ],
      // Words of the language, too: elsewhere they are pages like any other.
      ...['/AGENT.md', '/QWEN.md', '/CRUSH.md', '/WARP.md'],
      ...['.agents', '.claude', '.codex', '.gemini', '.cursor', '.copilot', '.windsurf', '.roo', '.kilocode', '.cline'],
      ...['.continue', '.amazonq', '.kiro', '.junie', '.goose', '.opencode', '.crush', '.qwen', '.trae', '.augment'],
      ...[
        '.warp',
        '.factory',
        '.openhands',
        '.devin',
        '.mcp.json',
        'opencode.{json,jsonc}',
        '{.,}crush.json',
        '.rules',
        '.agent',
        '.jules',
        '.rovodev',
        '.serena',
        '.claude-plugin',
      ],
      ...['.cursorrules', '.windsurfrules', '.clinerules*', '.continuerules', '.roorules*', '.roomodes', '.goosehints'],
      ...[
        '.augment-guidelines',
        '.aider.*',
        '.{cursor,cursorindexing,aider,gemini,codeium,augment}ignore',
        '.aiexclude',
      ],
    ],
  },
  {
    does: 'editors run or obey it when they open the folder',
    names: [
      ...[
        '.vscode',
        '.devcontainer',
        '.idea',
        '.fleet',
        '.zed',
        '.vs',
        '.idx',
        '*.code-workspace',
        '*.sublime-project',
      ],
      ...['.devcontainer.json', '.gitpod.{yml,yaml,Dockerfile}', '.dir-locals*.el', '.exrc', '.{,g,n,l}vimrc'],
      ...['.nvim.lua', '.nvimrc', '.helix', '.nova', '.bsp', '.replit', '.codesandbox', '.stackblitzrc'],
    ],
  },
  {
    does: 'it runs, or changes which programs run, where a shell enters its folder',
    names: [
      ...[
        '.envrc',
        '.direnv',
        '.autoenv',
        '.autoenv.zsh',
        '.tool-versions',
        '{.,}mise.toml',
        '{.,}mise.*.toml',
        '.mise',
      ],
      ...['mise/config*.toml', '.config/mise', '.rtx.toml', '.prototools', 'devbox.json', 'devenv.{nix,yaml}'],
    ],
  },
  {
    does: 'git runs or obeys it',
    names: [
      ...[
        '.gitattributes',
        '.gitmodules',
        '.gitconfig',
        '.lfsconfig',
        '.husky',
        '.huskyrc*',
        '.githooks',
        '.git-hooks',
      ],
      ...['.pre-commit-config.{yml,yaml}', '.pre-commit-hooks.{yml,yaml}', '.overcommit.yml', 'captainhook.json'],
      ...['{.,}lefthook{,-local}.{yml,yaml,toml,json,jsonc}', '.lefthook{,-local}', '{.,}simple-git-hooks.*'],
      ...['.lintstagedrc*', 'lint-staged.config.*', '.commitlintrc*', 'commitlint.config.*'],
    ],
  },
  {
    does: 'it says what package managers run and where packages come from',
    names: [
      ...['.npmrc', '.yarnrc', '.yarnrc.{yml,yaml}', '.yarn/{releases,plugins,sdks}', '{.,}pnpmfile.{js,cjs,mjs}'],
      ...[
        '{.,}bunfig.toml',
        '.cargo',
        '.bundle',
        '.swiftpm/configuration',
        '.mvn/*.{config,xml,properties}',
        'uv.toml',
      ],
      ...['pip.{conf,ini}', '.pypirc', '.condarc', '.gemrc', '.netrc', 'nuget.config', 'init.gradle{,.kts}'],
      ...['renovate.{json,json5}', '.renovaterc*', 'poetry.toml', '{.,}pdm.toml', '.pdm-python'],
      ...[
        '.bazelrc',
        '*.bazelrc',
        '.bazeliskrc',
        '.bazelversion',
        '.buckconfig',
        '.sbtopts',
        '.jvmopts',
        '.terraformrc',
      ],
    ],
  },
  {
    does: 'CI runs or obeys it',
    names: [
      ...['action.{yml,yaml}', '.circleci', '.gitlab', '*.gitlab-ci.{yml,yaml}', '.travis.{yml,yaml}', 'Jenkinsfile*'],
      ...['{.,}appveyor.{yml,yaml}', 'azure-pipelines*.{yml,yaml}', '.azure-pipelines', '.azuredevops', '.drone.*'],
      ...['bitbucket-pipelines.{yml,yaml}', '.woodpecker', '.woodpecker.{yml,yaml}', '.buildkite', '.semaphore'],
      ...[
        '.cirrus.*',
        '.teamcity',
        '.forgejo',
        '.gitea',
        '.tekton',
        '.builds',
        '.build.yml',
        '.ci',
        'wercker.{yml,yaml}',
      ],
      ...['cloudbuild.{yml,yaml,json}', 'buildspec*.{yml,yaml}', 'codefresh.{yml,yaml}', '.mergify', '.policy.yml'],
      ...[
        '.mergify.{yml,yaml}',
        'bors.toml',
        '.kodiak.toml',
        '.cirun.yml',
        '.taskcluster.yml',
        '.zuul.{yml,yaml}',
        '.zuul.d',
      ],
      ...['{.,}bitrise.yml', 'codemagic.{yml,yaml}', 'screwdriver.{yml,yaml}', '.scrutinizer.yml', 'ci_scripts'],
    ],
  },
  {
    does: 'a service builds, releases or deploys by it, with secrets of its own',
    names: [
      ...['netlify.toml', 'vercel.json', '.readthedocs.{yml,yaml}', 'render.{yml,yaml}', 'amplify.{yml,yaml}', '.do'],
      ...['{.,}goreleaser.{yml,yaml}', '.releaserc*', 'release.config.*', '.release-it.*', '.platform.app.{yml,yaml}'],
    ],
  },
];

/** @returns True for a path that goes through one of these names, whatever its case. */
export function steeringMatcher(names: readonly string[]): (path: string) => boolean {
  const [rooted, anywhere] = [
    names.filter((name) => name.startsWith('/')),
    names.filter((name) => !name.startsWith('/')),
  ];
  const choices = (some: readonly string[]) => some.map((name) => sourceOf(name.replace(/^\//, ''))).join('|');
  const within = new RegExp(`(?:^|/)(?:${choices(anywhere)})(?:/|$)`, 'is');
  const atRoot = new RegExp(`^(?:${choices(rooted) || '(?!)'})(?:/|$)`, 'is');
  return (path) => within.test(path) || atRoot.test(path);
}

function sourceOf(name: string): string {
  return name
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('{', '(?:')
    .replaceAll('}', ')')
    .replaceAll(',', '|');
}
