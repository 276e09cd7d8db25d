import type { JudgedFact } from '../../state/preflight/judged-fact.ts';
import { factsToProbe } from '../../state/preflight/probe.ts';
import { unreachable } from '../../state/unreachable.ts';
import type { Diagnosis } from './diagnose.ts';

const ORDER = ['refused', 'unknown', 'ok'] as const;

/** What has to be fixed first, then what nobody told, then what is well. */
export function doctorText({ repository, login, facts }: Diagnosis): string {
  const sorted = ORDER.flatMap((verdict) => facts.filter((fact) => fact.verdict === verdict));
  const counts = ORDER.map((verdict) => `${facts.filter((fact) => fact.verdict === verdict).length} ${verdict}`);
  const isFit = !facts.some(({ verdict }) => verdict === 'refused');
  const end = isFit ? 'nothing known keeps work from landing' : 'nothing would be dispatched';
  const probed = isFit ? factsToProbe(facts) : [];
  return [
    `${repository}, asked as ${login}`,
    '',
    ...sorted.flatMap(factLines),
    '',
    `${counts.join(', ')}: ${end}`,
    ...(probed.length === 0
      ? []
      : [`The first run of the plan goes alone and looks at ${probed.join(', ')} before its agent is started`]),
  ].join('\n');
}

function factLines(fact: JudgedFact): readonly string[] {
  const first = `${fact.verdict.padEnd(WIDTH)}${plain(fact.what)}`;
  switch (fact.verdict) {
    case 'refused':
      return [first, below(`fix: ${fact.fix}`), below(fact.page)];
    case 'unknown':
      return [first, below(fact.tells), below(fact.page)];
    case 'ok':
      return fact.advice === undefined ? [first] : [first, below(`better: ${fact.advice}`), below(fact.page)];
    default:
      return unreachable(fact);
  }
}

const WIDTH = 9;

function below(text: string): string {
  return `${' '.repeat(WIDTH)}${plain(text)}`;
}

/** Names of branches, files and actions may hold anything: nothing of them may steer the terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '�');
}
