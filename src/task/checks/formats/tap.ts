import { type OutputParser, type ToolFinding, toolFinding } from './format.ts';

/** TAP, and node:test's own `spec` report. */
export const tap: OutputParser = (output) => [...points(output), ...spec(output)];

/** `not ok 1 - name` with a YAML block of details below it. A suite fails with its tests and says nothing of its own. */
function points(output: string): readonly ToolFinding[] {
  const all = output.matchAll(/^( *)not ok \d+(?: -)? (.+)\n(?:\1 {2}---\n([\s\S]{0,6000}?)\n\1 {2}\.\.\.)?/gm);
  return [...all].flatMap(([, , title = '', details = '']) => {
    if (/failureType: '?subtestsFailed|^\s*type: '?suite/m.test(details) || /# (?:TODO|SKIP)/i.test(title)) return [];
    const [, file, line] = /^\s*(?:location: '?|at: (?:.*\()?)([^'\n]+?):(\d+):\d+[')]?$/m.exec(details) ?? [];
    return [
      toolFinding({ file, line, name: title.trim(), message: field(details) || difference(details) || 'not ok' }),
    ];
  });
}

/** `error:` or `message:`, in one line or as a block of lines. */
function field(details: string): string {
  const [, indent = '', value = ''] = /^( *)(?:error|message): (.+)$/m.exec(details) ?? [];
  if (!/^[|>]-?$/.test(value)) return value.replace(/^'(.*)'$/, '$1').replace(/^"(.*)"$/, '$1');
  const block = new RegExp(`^${indent}(?:error|message): [|>]-?\\n((?:${indent}  .*\\n?|\\n)+)`, 'm').exec(
    details,
  )?.[1];
  return (block ?? '').replaceAll(`\n${indent}  `, '\n').trim();
}

function difference(details: string): string {
  const [expected, actual] = ['expected', 'actual'].map(
    (name) => new RegExp(`^ *${name}: +(.+)$`, 'm').exec(details)?.[1],
  );
  return expected && actual ? `expected ${expected}, got ${actual}` : '';
}

/** The section `✖ failing tests:` at the end: `test at file:line:column`, the name, the error. */
function spec(output: string): readonly ToolFinding[] {
  const start = output.search(/^✖ failing tests:$/m);
  if (start < 0) return [];
  return [
    ...output
      .slice(start)
      .matchAll(/^test at (\S.*?):(\d+):\d+\n✖ (.+?)(?: \([\d.]+ms\))?\n((?: {2}.*\n?|\n(?= ))*)/gm),
  ].map(([, file, line, name, body = '']) => {
    const lines = body.split('\n').map((each) => each.trim());
    const end = lines.findIndex((each) => /^at |^\{$/.test(each));
    const message = lines.slice(0, end < 0 ? lines.length : end).join('\n');
    return toolFinding({ file, line, name, message: message.replace(/ \{$/, '').trim() || 'failed' });
  });
}
