/** The runner that templates name for jobs that make passes; it runs nothing else. */
const IN_TEMPLATES = /^( *runs-on: )ubuntu-slim$/gm;

/** @returns A workflow of templates/ with its jobs that make passes on another runner: `pass_runs_on` of the configuration. */
export function withPassRunner(workflow: string, runner: string): string {
  return workflow.replace(IN_TEMPLATES, (_, key: string) => `${key}${runner}`);
}
