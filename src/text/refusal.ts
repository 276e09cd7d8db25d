import type { Cause } from '../state/cause.ts';
import { prose } from '../state/markdown.ts';
import { whatToFix } from './notices.ts';
import { counted } from './words.ts';

/** What is said on the plan issue where nothing new is dispatched from now on. */
export function refusalAnswer(cause: Cause, planIssue: number): string {
  if (cause.kind !== 'preflight' && cause.kind !== 'probe')
    return `Nothing new is dispatched: ${whatToFix(cause, planIssue)}.`;
  const { refused } = cause;
  return [
    `${cause.kind === 'preflight' ? NOTHING_DISPATCHED : STOPPED} ${counted(refused.length, 'thing')} to fix:`,
    refused
      .map(({ what, fix, page }) => `- ${prose(what)}. ${prose(sentence(fix))} [Setting](${encodeURI(page)})`)
      .join('\n'),
    `Then comment \`/resume\` on #${planIssue}: it is looked at again. \`agent-waves doctor\` tells the same on the command line, and what this app is not told.`,
  ].join('\n\n');
}

const NOTHING_DISPATCHED =
  '**Nothing was dispatched, and nothing spent**: as the repository is set up, no work could land.';
const STOPPED =
  '**The first run stopped before its agent was started, and nothing was spent**: it looked first, and no work could land.';

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
