/** The program that runs a script, with `{0}` standing for the script's file. */
interface Shell {
  readonly command: string;
  readonly args: readonly string[];
  readonly extension: string;
}

const templates: Readonly<Record<string, readonly [string, string]>> = {
  bash: ['bash --noprofile --norc -eo pipefail {0}', '.sh'],
  sh: ['sh -e {0}', '.sh'],
  python: ['python3 {0}', '.py'],
};

/** Reads a `shell:` value; without one a script runs as `bash -e`, without pipefail, as on GitHub. Throws by name. */
export function readShell(value: string | undefined): Shell {
  const [template, extension] = value === undefined ? ['bash -e {0}', '.sh'] : (templates[value] ?? [value, '']);
  const [command, ...args] = template.split(/\s+/).filter((word) => word !== '');
  if (command === undefined || !args.some((arg) => arg.includes('{0}'))) {
    throw new Error(
      `Invalid shell option '${value}': use ${Object.keys(templates).join(', ')} or a command line that holds {0}`,
    );
  }
  return { command, args, extension };
}
