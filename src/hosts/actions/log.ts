/** What a job says in its log. Text of others is among it: nothing of it is ever a command to the runner. */
export interface JobLog {
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** The runner also takes `##[…]` for one, wherever in a line it stands. */
function harmless(text: string): string {
  return text.replaceAll('##[', '## [').replace(/\s*[\r\n]+\s*/g, ' ');
}

/** @param write Takes one line. */
export function jobLog(write: (line: string) => void): JobLog {
  return {
    info: (text) => write(`Agent Waves: ${harmless(text)}`),
    warn: (text) => write(`::warning title=Agent Waves::${harmless(text).replaceAll('%', '%25')}`),
  };
}
