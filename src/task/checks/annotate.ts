import type { Finding } from '../../state/result.ts';
import { error, warning } from '../protocol/workflow-commands.ts';
import { titleOf } from './findings-digest.ts';

/** GitHub shows ten annotations of a kind for a step; one of them is the step's own verdict. */
const MAX_ANNOTATIONS = 9;

/** Puts findings beside the lines of code that they speak of. Those of flaky checks only warn. */
export function annotate(findings: readonly Finding[], failed: ReadonlySet<Finding['check']>): void {
  for (const finding of findings.slice(0, MAX_ANNOTATIONS)) {
    const { check, file, line, message } = finding;
    const place = file === undefined ? {} : { file, ...(line === undefined ? {} : { line }) };
    const show = failed.has(check) ? error : warning;
    show(`${check}: ${finding.name ?? titleOf(finding)}`.replace(/: $/, ''), message, place);
  }
}
