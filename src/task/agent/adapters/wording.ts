import type { AgentEvent, AgentProblem } from '../adapter.ts';

/**
 * Errors of providers reach us as text in the agents' messages: "exceeded retry limit, last status: 429 Too Many
 * Requests" (Codex), "You've hit your usage limit. Try again in 4 days 20 hours 9 minutes." (Codex),
 * "RESOURCE_EXHAUSTED … Please retry in 12.5s" (Gemini), "Invalid API key · Please run /login" (Claude Code).
 * Only what a program reports as its own error is read this way, never what its model wrote.
 */
const KINDS: readonly (readonly [kind: AgentProblem['kind'], pattern: RegExp])[] = [
  ['account', /\b402\b|insufficient_quota|credit balance|billing_(?:error|hard_limit_reached|not_active)/i],
  ['outage', /\b529\b|overloaded/i],
  ['quota', /\b429\b|too many requests|rate.?limit|usage limit|quota|RESOURCE_EXHAUSTED/i],
  [
    'login',
    /\b40[13]\b|unauthori[sz]ed|invalid api key|api key not valid|API_KEY_INVALID|please run \/login|not logged in|auth method/i,
  ],
  [
    'model',
    /model_not_found|issue with the selected model|\bmodel\b.{0,80}\b(?:does not exist|not found|not supported|invalid)/i,
  ],
  // Before "stream disconnected before completion: Incomplete response returned, reason: content_filter" (Codex).
  ['refused', /usage polic|content.?(?:management.?)?(?:policy|filter)|PROHIBITED_CONTENT|\bSAFETY\b|flagged/i],
  [
    'outage',
    /\b(?:408|50[0234])\b|internal server error|bad gateway|service unavailable|gateway time-?out|server_error|connection error|unable to connect|fetch failed|stream disconnected|ECONN(?:RESET|REFUSED|ABORTED)|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up/i,
  ],
];

/** @returns What an agent's own error message means. */
export function classifyError(text: string): AgentProblem {
  const kind = KINDS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'failed';
  return { kind, what: text.trim() ? `says: ${text.trim()}` : 'reports an error' };
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
const AMOUNTS = /(\d+(?:\.\d+)?)\s*(ms|d|h|m|s)(?:ays?|ours?|in(?:ute)?s?|ec(?:ond)?s?)?(?![a-z])/gi;

/** @returns Milliseconds of "4 days 20 hours 9 minutes", "6m0s", "12.5s"; undefined where there is no such amount. */
export function parseDuration(text: string): number | undefined {
  const amounts = [...text.matchAll(AMOUNTS)];
  if (amounts.length === 0) return undefined;
  return amounts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (UNITS[unit.toLowerCase()] ?? 0), 0);
}

/** @returns The limit that an error message of a provider tells of, with how long to wait where it says so. */
export function limitEvent(text: string): AgentEvent {
  return { kind: 'limited', wait: parseWait(text) };
}

/** @returns How long an error message says to wait, in milliseconds. */
export function parseWait(text: string): number | undefined {
  return parseDuration(WAIT.exec(text)?.[1] ?? '');
}

const WAIT = /\b(?:retry|try again|reset) (?:in|after) ([\d.]+\s*[a-z]+(?:[\s,]*[\d.]+\s*[a-z]+)*)/i;
