/** A workflow that says what its jobs see, and what GitHub documents of it where that is no matter of course. */

/** Everything that templates and actions of ours ask for, and its kin. */
const SEEN = [
  ...['repository', 'repository_owner', 'ref', 'ref_name', 'ref_type', 'run_id', 'run_number', 'run_attempt'],
  ...['event_name', 'actor', 'workflow', 'job', 'event.sender.login', 'event.repository.default_branch'],
  ...['event.inputs.task', 'event.inputs.given', 'head_ref', 'base_ref', 'action_path', 'event.none.name'],
].map((name) => `github.${name}`);

const VALUES = [
  ...['inputs.task', 'inputs.given', 'inputs.absent', 'inputs.none', 'vars.COLOUR', "secrets.KEY != ''"],
  ...["secrets.NONE != ''", 'runner.os', 'runner.arch', 'job.status', 'env.TOP', 'env.JOB'],
  ...['steps.said.outputs.word', 'steps.said.outputs.many', 'steps.said.outputs.none', 'steps.said.outcome'],
  ...['steps.broken.outcome', 'steps.broken.conclusion', 'steps.skipped.outcome', 'toJSON(steps[inputs.task].outputs)'],
  ...[
    'needs.first.outputs.word',
    'needs.first.outputs.none',
    'needs.forgiven.result',
    "contains(needs.*.result, 'cancelled')",
  ],
  ...['toJSON(needs.skipped.outputs)', "fromJSON(needs.first.outputs.json).scan == 'on'"],
  ...["contains(join(github.event.repository.topics), 'x')", "startsWith(github.event.none.name, 'agent')"],
  ...["format('{0}-{1}', 1, true)", "'A' == 'a'", "null == ''", '1 == 1.0', "true && 'x' || 'y'", "'' && 'x' || 'y'"],
  ...["github.token != ''", "hashFiles('README.md') != ''"],
];

const IN_COMPOSITE = [
  ...['inputs.given', 'inputs.fallback', "inputs.token != ''", 'inputs.empty', 'job.status', 'env.TOP', 'env.STEP'],
  ...['steps.inner.outputs.word', 'steps.fails.outcome', 'steps.after.outcome'],
];

/** Only conditions know these functions. */
const CONDITIONS = [
  ...['success()', 'failure()', 'always()', 'cancelled()', '!cancelled()'],
  ...["failure() && inputs.given != ''", "inputs.given == 'nobody'"],
];

interface Place {
  readonly indent: string;
  /** Before each name: contexts of an action are not those of its workflow. */
  readonly within: string;
}

const OF_JOB: Place = { indent: '      ', within: '' };
const OF_ACTION: Place = { indent: '    ', within: 'composite ' };

/** What JSON has of blanks and line ends is nobody's promise. */
function say(names: readonly string[], place: Place): string {
  const script = `printf 'PROBE %s = [%s]\\n' "$NAME" "$(printf '%s' "$VALUE" | tr -d '\\n ')"`;
  return names.map((name) => step({ name, value: `\${{ ${name} }}`, condition: 'always()', script }, place)).join('');
}

function sayConditions(place: Place): string {
  const script = 'echo "PROBE $NAME = [holds]"';
  return CONDITIONS.map((condition) => step({ name: `if ${condition}`, value: '', condition, script }, place)).join('');
}

function step(
  { name, value, condition, script }: Readonly<Record<'name' | 'value' | 'condition' | 'script', string>>,
  { indent, within }: Place,
): string {
  const lines = [
    '- shell: bash',
    `  if: ${JSON.stringify(condition)}`,
    `  run: ${script}`,
    '  env:',
    `    NAME: ${JSON.stringify(within + name)}`,
    `    VALUE: ${JSON.stringify(value)}`,
  ];
  return lines.map((line) => `${indent}${line}\n`).join('');
}

export const PROBE_WORKFLOW = `name: Probe
on:
  workflow_dispatch:
    inputs:
      task: { type: string, required: true }
      given: { type: string, default: fallback }
      absent: { type: string }
permissions: {}
env:
  TOP: top
jobs:
  first:
    runs-on: ubuntu-latest
    outputs:
      word: \${{ steps.said.outputs.word }}
      none: \${{ steps.said.outputs.none }}
      json: \${{ toJSON(steps.said.outputs) }}
    steps:
      - id: said
        run: |
          echo "word=hello" >> "$GITHUB_OUTPUT"
          echo "scan=on" >> "$GITHUB_OUTPUT"
  fails:
    runs-on: ubuntu-latest
    steps:
      - run: exit 3
  skipped:
    needs: fails
    runs-on: ubuntu-latest
    steps:
      - run: exit 3
  forgiven:
    continue-on-error: true
    runs-on: ubuntu-latest
    steps:
      - run: exit 3
  last:
    needs: [first, fails, skipped, forgiven]
    if: always() && github.event.sender.login == 'lead'
    runs-on: ubuntu-latest
    permissions: { contents: read }
    env:
      JOB: \${{ github.run_id != '' }}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - id: said
        run: |
          echo "word=hello" >> "$GITHUB_OUTPUT"
          { echo 'many<<END'; echo one; echo two; echo END; } >> "$GITHUB_OUTPUT"
      - id: broken
        continue-on-error: true
        run: exit 4
      - id: skipped
        if: inputs.task == 'nothing'
        run: exit 4
${say([...SEEN, ...VALUES], OF_JOB)}${sayConditions(OF_JOB)}
      - run: echo "LATER=by file" >> "$GITHUB_ENV"
      - run: echo "PROBE LATER = [$LATER]"
      - run: env | cut -d= -f1 | sort -u | sed 's/^/VARIABLE /'
      - run: git status --porcelain | sed 's/.*/PROBE changed = [&]/'
      - uses: ./.github/probe
        id: composite
        env:
          STEP: step
        with:
          given: \${{ inputs.task }}
${say(['steps.composite.outcome', 'steps.composite.outputs.word', 'steps.composite.outputs.chosen'], OF_JOB)}${sayConditions({ ...OF_JOB, within: 'after a failure ' })}`;

export const PROBE_ACTION = `name: Probe
description: Says what its steps see.
inputs:
  given: { required: true }
  fallback: { default: "\${{ github.run_id != '' }}" }
  token: { default: "\${{ github.token }}" }
  empty: { default: "" }
outputs:
  word: { value: "\${{ steps.inner.outputs.word }}" }
  chosen: { value: "\${{ steps.none.outputs.word || (inputs.given == 'T' && 'superseded' || '') }}" }
runs:
  using: composite
  steps:
    - id: inner
      shell: bash
      run: echo "word=inside" >> "$GITHUB_OUTPUT"
    - id: fails
      shell: bash
      run: exit 5
    - id: after
      shell: bash
      run: exit 6
${say(IN_COMPOSITE, OF_ACTION)}${sayConditions(OF_ACTION)}
`;

/** What the probe printed into the log of its run. */
export function readProbe(log: string): ReadonlyMap<string, string> {
  // Runners print what they run, too.
  const lines = log.matchAll(/(?:^|\] )PROBE ([^\n]+?) = \[(.*)\]$/gm);
  return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** The names of the variables that a step of the probe has. */
export function readVariables(log: string): readonly string[] {
  return [...log.matchAll(/(?:^|\] )VARIABLE (\S+)$/gm)].map(([, name = '']) => name);
}
