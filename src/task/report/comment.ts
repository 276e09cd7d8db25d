import { MAX_BODY } from '../../state/body-room.ts';
import { causeText } from '../../state/describe-cause.ts';
import { block, html, inline, prose, visible } from '../../state/markdown.ts';
import type { Check, Finding, LandingEffort, Outcome, Result, Review } from '../../state/result.ts';
import { writeResult } from '../../state/write-result.ts';
import { compareUrl } from '../../text/attempts.ts';

const HEADLINES: Readonly<Record<Outcome, string>> = {
  completed: 'landed',
  continued: 'goes on in another run',
  'in-review': 'is verified and waits for review',
  verification: 'did not pass its checks',
  agent: 'was not finished by the agent',
  conflict: 'conflicts with what others landed',
  dependency: 'cannot start yet',
  quota: 'ran into a limit of the model provider',
  infrastructure: 'could not be worked on or landed here',
  superseded: 'was left to another run',
};

const SIGNS: Readonly<Record<Check['status'], string>> = {
  passed: '✅ passed',
  flaky: '⚠️ flaky: failed, then passed',
  failed: '❌ failed',
  absent: '– none',
  skipped: '– skipped',
  late: '⚠️ late',
  waiting: '⏳ waiting for the progress commit',
};

/**
 * The comment on the task's issue: for people to read, with the result inside for the app. Signs that are escaped take up
 * to six characters: where it would be longer than GitHub takes, it says less of what is wrong, and the run's page has all.
 */
export function renderComment(result: Result, runUrl: string): string {
  let body = '';
  for (const bounds of [undefined, ...SHORTER]) {
    const told = bounds ? shortened(result, bounds) : result;
    body = `${renderReport(settled(told), runUrl)}\n${writeResult(told)}\n`;
    if (body.length <= MAX_BODY) return body;
  }
  return body;
}

/** Nobody edits the comment: what is under way when it is written would stay so for ever. */
function settled(result: Result): Result {
  return { ...result, checks: result.checks.filter(({ status }) => status !== 'waiting') };
}

interface Bounds {
  /** Of findings and of objections. */
  readonly count: number;
  /** Characters of a text. */
  readonly text: number;
}

const SHORTER: readonly Bounds[] = [
  { count: 8, text: 1_500 },
  { count: 3, text: 300 },
  { count: 1, text: 100 },
];

function shortened(result: Result, { count, text }: Bounds): Result {
  const { failure, findings, review } = result;
  const cut = (long: string) => (long.length <= text ? long : `${long.slice(0, text).toWellFormed()}…`);
  return {
    ...result,
    checks: result.checks.map(({ command, note, ...check }) => ({
      ...check,
      ...(command ? { command: cut(command) } : {}),
      ...(note ? { note: cut(note) } : {}),
    })),
    summary: cut(result.summary),
    failure: failure && { what: cut(failure.what), output: failure.output.slice(-text).toWellFormed() },
    findings: findings?.slice(0, count).map((each) => ({ ...each, message: cut(each.message) })),
    review: review && {
      ...review,
      summary: cut(review.summary),
      objections: review.objections.slice(0, count).map((each) => ({ ...each, what: cut(each.what) })),
    },
  };
}

/** What people read of a result, in a comment and in the job summary. */
export function renderReport(result: Result, runUrl: string): string {
  const { failure, summary, review, findings = [] } = result;
  const isFlaky = ({ check }: Finding) =>
    result.checks.some(({ name, status }) => name === check && status === 'flaky');
  const isJudged = ({ check }: Finding) =>
    check === 'guard' && result.checks.some(({ name, status }) => name === 'guard' && status === 'passed');
  const parts = [
    `**${inline(result.task)}** ${headline(result)}${result.commit ? ` in ${result.commit}` : ''} · attempt ${result.attempt} · [run ${result.run}](${runUrl})${savedLink(result, runUrl)}`,
    failure ? `> ${prose(failure.what)}` : capText(result),
    result.checks.length > 0 ? checkTable(result.checks) : '',
    findingList(
      'What is wrong',
      findings.filter((finding) => !isFlaky(finding) && !isJudged(finding)),
    ),
    findingList('What the guard found, for the reviewer to judge', findings.filter(isJudged)),
    findingList('What failed before it passed', findings.filter(isFlaky)),
    review ? reviewSection(review) : '',
    // Of a disagreement everything is said above and below.
    failure?.output && !isDisagreement(result) && !isListed(failure.output, findings)
      ? folded(findings.every(isFlaky) && !review ? 'End of the output' : 'In full', failure.output)
      : '',
    review?.verdict === 'object' && summary ? 'The agent says:' : '',
    summary ? quoted(summary) : '',
    agentLine(result),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function savedLink({ saved }: Result, runUrl: string): string {
  return saved === undefined
    ? ''
    : ` · [what it changed](${compareUrl(runUrl.replace(/\/actions\/runs\/\d+$/, ''), saved)})`;
}

/** It is no failure, and people want to know why there will be another run. */
function capText({ cause }: Result): string {
  return cause?.kind === 'cap-reached' ? `> ${causeText(cause)}` : '';
}

export function checkTable(checks: readonly Check[]): string {
  const rows = checks.map((check) => {
    const { name, command, seconds, tries, note } = check;
    const took = seconds === undefined ? '' : `${seconds} s${tries && tries > 1 ? `, ${tries} tries` : ''}`;
    const how = [command, note].map((text) => (text ? inline(text) : '')).filter(Boolean);
    return `| ${name} | ${sign(check)} | ${how.join('; ')} | ${took} |`;
  });
  return ['| Check | Result | Command | Took |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function sign({ status, tries, of }: Check): string {
  if (status !== 'flaky' || tries === undefined || of === undefined) return SIGNS[status];
  return `⚠️ flaky: passed at try ${tries} of ${of}`;
}

/** Findings that a reader is shown at once; the rest is in the fold, and in the run. */
const MAX_LISTED = 10;
/** Characters of one message in that list. */
const MAX_MESSAGE = 240;

/** One line for each. Text of tools does nothing but be read. */
function findingList(title: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const lines = findings.slice(0, MAX_LISTED).map(({ check, file, line, name, message }) => {
    const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
    const head = [place ? inline(place) : '', name ? `**${inline(name)}**` : ''].filter(Boolean).join(' · ');
    const said = inline(message.split('\n').slice(0, 4).join(' ').slice(0, MAX_MESSAGE));
    return `- ${check}${head ? ` · ${head}` : ''}: ${said}`;
  });
  const more = findings.length > MAX_LISTED ? [`- and ${findings.length - MAX_LISTED} more`] : [];
  return [`${title}:`, '', ...lines, ...more].join('\n');
}

/** Every line of it stands among the findings that are shown. */
function isListed(output: string, findings: readonly Finding[]): boolean {
  if (findings.length > MAX_LISTED) return false;
  const words = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  const shown = findings.map(({ file = '', line = '', name = '', message }) =>
    message.length > MAX_MESSAGE ? '' : words(`${file}:${line} ${name} ${message}`),
  );
  return output.split('\n').every((each) => shown.some((text) => text.includes(words(each))));
}

function headline(result: Result): string {
  if (isDisagreement(result)) return 'has passed its checks, but agent and reviewer disagree: a person has to decide';
  return result.needs
    ? `${HEADLINES[result.outcome]}: a person has to bring what is missing`
    : HEADLINES[result.outcome];
}

function isDisagreement({ needs, outcome }: Result): boolean {
  return needs !== undefined && outcome === 'verification';
}

/** The verdict, and every objection with where it is. */
function reviewSection({ agent, model, verdict, rounds, objections, summary }: Review): string {
  const after = rounds > 0 ? ` after ${rounds} ${rounds === 1 ? 'round' : 'rounds'} with the agent` : '';
  const says = `**${inline(agent)}** (${inline(model)}) ${verdict === 'approve' ? 'approves' : 'objects'}${after}`;
  const head = `${says}${summary ? `: ${inline(summary)}` : '.'}`;
  const lines = objections.map(({ file, line, what }) => {
    const place = file === undefined ? '' : `${inline(line === undefined ? file : `${file}:${line}`)}: `;
    return `- ${place}${inline(what)}`;
  });
  return lines.length > 0 ? `${head}\n\n${lines.join('\n')}` : head;
}

/** Inside `<pre>` Markdown is not read. An empty line would end the block, so it holds a space. */
function folded(title: string, text: string): string {
  const lines = visible(text).trimEnd().split('\n').map(preformatted);
  return `<details><summary>${title}</summary>\n\n<pre>\n${lines.join('\n')}\n</pre>\n\n</details>`;
}

/** Keeps the spaces between words, which `html` would make one. */
function preformatted(line: string): string {
  const parts = line.split(/(\s+)/).map((part) => (part.trim() ? html(part) : part));
  return parts.join('') || ' ';
}

function quoted(summary: string): string {
  return block(summary).replace(/^/gm, '> ');
}

function agentLine({ agent, landing }: Result): string {
  const words = [
    `${inline(agent.type)} (${inline(agent.model)})`,
    agent.turns === undefined ? '' : `${agent.turns} turns`,
    agent.seconds === undefined ? '' : `${agent.seconds} s`,
    agent.tokens === undefined ? '' : `${agent.tokens.input} tokens in, ${agent.tokens.output} out${byModel(agent)}`,
    agent.cost_usd === undefined ? '' : `$${agent.cost_usd.toFixed(2)}`,
    landing ? effortClause(landing) : '',
  ];
  return `<sub>${words.filter(Boolean).join(' · ')}</sub>`;
}

/** Seconds of waiting that are worth a word. */
const MIN_WAITED = 10;

/** What a person would not expect: work is verified once and lands. */
function effortClause({ verifications, verified_s, waited_s }: LandingEffort): string {
  const again = verifications > 1 ? `verified ${verifications} times in ${Math.round(verified_s)} s` : '';
  const waited = waited_s >= MIN_WAITED ? `waited ${Math.round(waited_s)} s to land` : '';
  return [again, waited].filter(Boolean).join(', ');
}

function byModel({ models = {} }: Result['agent']): string {
  const parts = Object.entries(models).map(([model, { input, output }]) => `${inline(model)}: ${input}, ${output}`);
  return parts.length > 1 ? ` (${parts.join('; ')})` : '';
}
