import type { Finding } from '../../state/result.ts';

/** Characters of a digest: what a failure may carry, less what stands around it. */
const MAX_DIGEST = 3_800;

/** @returns `packages/a/sum.test.ts:12 › adds numbers`: where and what, as far as it is known. */
export function titleOf({ file, line, name }: Finding): string {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
  return [place, name ?? ''].filter(Boolean).join(' › ');
}

/** @returns The first line of what a tool says. */
function firstLine({ message }: Finding): string {
  return message.split('\n')[0] ?? '';
}

/** Findings as the next agent reads them, the first ones whole, in place of a log. */
export function digest(findings: readonly Finding[]): string {
  const entries = findings.map((finding) => {
    const title = titleOf(finding);
    const lines = finding.message.split('\n');
    const message =
      lines.length === 1 && title ? `: ${lines[0]}` : `${title ? '\n' : ''}${lines.join('\n').replace(/^/gm, '  ')}`;
    return `${title}${message}`;
  });
  let text = '';
  for (const [index, entry] of entries.entries()) {
    if (text.length + entry.length > MAX_DIGEST) return `${text}(${entries.length - index} more)`;
    text += `${entry}\n`;
  }
  return text.trimEnd();
}

/** @returns "2 findings, first: sum.test.ts:12 › adds numbers: expected 2, got 3"; nothing without findings. */
export function summarizeFindings(findings: readonly Finding[]): string {
  const [first] = findings;
  if (!first) return '';
  const count = findings.length === 1 ? '' : `${findings.length} findings, first: `;
  return `${count}${[titleOf(first), firstLine(first)].filter(Boolean).join(': ')}`;
}
