/** With a server nobody needs the job that makes the next pass: it would cost a minute a run. */
export function withoutNextJob(workflow: string): string {
  const lines = workflow.split('\n').filter((line) => !/^# {3}next {2,}/.test(line));
  const job = lines.indexOf('  next:');
  if (job < 0) return workflow;
  const above = lines.findLastIndex((line, index) => index < job && !line.startsWith('  #'));
  const after = lines.findIndex((line, index) => index > job && /^ {0,2}\S/.test(line));
  const rest = after < 0 ? [''] : ['', ...lines.slice(after)];
  const before = lines.slice(0, above + 1);
  return [...(before.at(-1) === '' ? before.slice(0, -1) : before), ...rest].join('\n');
}
