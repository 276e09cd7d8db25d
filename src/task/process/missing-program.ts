import type { ProgramResult } from './run-program.ts';

/** What shells say of a program that they do not find: bash, dash, and `env`. */
const NOT_FOUND = /^(?:.*?: (?:line )?\d+: |(?:bash|sh|\/bin\/sh|zsh): )?'?([\w@.+-]+)'?: (?:command )?not found$/;
const NO_SUCH_FILE = /^(?:\/usr\/bin\/)?env: [‘'"]?([\w@.+-]+)[’'"]?: No such file or directory$/;

/**
 * @returns The program that was not there, or `''` where its name was not said; undefined where the end is another.
 */
export function missingProgram({ code, why, tail }: Pick<ProgramResult, 'code' | 'why' | 'tail'>): string | undefined {
  if (why !== 'exit' || code !== 127) return undefined;
  const lines = tail.trimEnd().split('\n').reverse();
  return lines.map((line) => NOT_FOUND.exec(line)?.[1] ?? NO_SUCH_FILE.exec(line)?.[1]).find(Boolean) ?? '';
}

/** The same of a program that the command itself names, as bash says it of the text that it was given. */
export function missingInCommand(end: Pick<ProgramResult, 'code' | 'why' | 'tail'>): string | undefined {
  if (missingProgram(end) === undefined) return undefined;
  return /^bash: line \d+: ([\w@.+-]+): command not found$/m.exec(end.tail)?.[1];
}

const RUN = (command: string) => `\`- run: ${command}\``;
const USES = (action: string) => `\`- uses: ${action}\``;

/** Steps that bring what hosted runners lack, or others do. */
const STEPS: Readonly<Record<string, string>> = {
  pnpm: RUN('npm install --global pnpm'),
  yarn: RUN('npm install --global corepack && corepack enable'),
  corepack: RUN('npm install --global corepack'),
  bun: RUN('npm install --global bun'),
  bunx: RUN('npm install --global bun'),
  uv: RUN('pipx install uv'),
  poetry: RUN('pipx install poetry'),
  pdm: RUN('pipx install pdm'),
  pipenv: RUN('pipx install pipenv'),
  hatch: RUN('pipx install hatch'),
  node: USES('actions/setup-node'),
  npm: USES('actions/setup-node'),
  npx: USES('actions/setup-node'),
  python: USES('actions/setup-python'),
  python3: USES('actions/setup-python'),
  pip: USES('actions/setup-python'),
  go: USES('actions/setup-go'),
  java: USES('actions/setup-java'),
  mvn: USES('actions/setup-java'),
  gradle: USES('gradle/actions/setup-gradle'),
  cargo: RUN('curl -sSf https://sh.rustup.rs | sh -s -- -y && echo "$HOME/.cargo/bin" >> "$GITHUB_PATH"'),
  rustup: RUN('curl -sSf https://sh.rustup.rs | sh -s -- -y && echo "$HOME/.cargo/bin" >> "$GITHUB_PATH"'),
  rustc: RUN('curl -sSf https://sh.rustup.rs | sh -s -- -y && echo "$HOME/.cargo/bin" >> "$GITHUB_PATH"'),
  make: RUN('sudo apt-get install --yes make'),
};

/** @returns What a person adds to the task workflow for this program: text after a semicolon. */
export function stepThatBrings(program: string): string {
  const step = Object.hasOwn(STEPS, program) ? STEPS[program] : undefined;
  if (step) return `add ${step} to the task workflow, before the action`;
  const what = program === '' ? 'the program that is missing' : `\`${program}\``;
  return `add a step to the task workflow, before the action, that installs ${what}`;
}
