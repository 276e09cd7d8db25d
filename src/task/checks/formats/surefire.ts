import { type OutputParser, toolFinding } from './format.ts';

/** The summary of Maven's test plugins, where no report is left: `[ERROR]   ATest.adds:12 expected: …`. */
export const surefire: OutputParser = (output) => {
  const sections = output.matchAll(/^\[ERROR\] (?:Failures|Errors): *\n((?:\[ERROR\] {3}.*\n?(?:(?!\[).*\n?)*)+)/gm);
  return [...sections].flatMap(([, section = '']) =>
    section.split(/^\[ERROR\] {3}/m).flatMap((entry) => {
      const [, name, line, message = ''] = /^([\w$.]+(?:->[\w$.:]+)?)(?::(\d+))? ([\s\S]+)$/.exec(entry.trim()) ?? [];
      return name ? [toolFinding({ line, name, message: message.replace(/^» /, '') })] : [];
    }),
  );
};
