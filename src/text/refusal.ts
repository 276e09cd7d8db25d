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
    whatHappened(cause),
    refused
      .map(({ what, fix, page }) => `- ${prose(what)}. ${prose(sentence(fix))} [Setting](${encodeURI(page)})`)
      .join('\n'),
    `Then comment \`/resume\` on #${planIssue}: ${whatFollows(cause)}`,
  ].join('\n\n');
}

function whatHappened({ kind, refused }: Extract<Cause, { readonly refused: unknown }>): string {
  const things = counted(refused.length, 'thing');
  if (kind === 'preflight')
    return `**Nothing was dispatched, and nothing spent**: as the repository is set up, no work could land. ${things} to fix:`;
  return `**The first run stopped before its agent was started, and nothing was spent**: it looked first, and no work could land. ${things} to fix:`;
}

function whatFollows({ kind }: Cause): string {
  if (kind === 'probe') return 'the next run looks once more, and nothing beside it starts before.';
  return 'it is looked at again. `agent-waves doctor` tells the same on the command line, and what this app is not told.';
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
