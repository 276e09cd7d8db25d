import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check, Finding } from '../../state/result.ts';
import { digest, summarizeFindings } from '../checks/findings-digest.ts';
import type { Repository } from '../git/git.ts';
import { globMatcher } from '../git/path-glob.ts';
import type { WorkChange } from '../git/workspace.ts';
import { type Assignment, type Conclusion, failure } from '../protocol/assignment.ts';
import { type AddedText, addedTexts } from './added-text.ts';
import { writePatch } from './patch-file.ts';
import { findRunnerCommands } from './runner-commands.ts';
import { findSecrets } from './secrets.ts';

interface ScannedWork extends WorkChange {
  readonly rules: Pick<Assignment['rules'], 'scan'>;
  /** What the agent says of its work: it lands in a commit's message, and is shown in comments. */
  readonly summary: string;
}

const HOW_TO_ALLOW =
  'Take it out of the change. Where it is meant to be there, as a made-up key of a test, a person allows its file: `scan: { allow: [path] }` in .github/agent-waves.yml.';

/** A result carries no more, and one is enough. */
const MAX_FINDINGS = 10;

/**
 * Looks for what must not become public, or speak to a workflow's runner, in what work adds and in what is said of it.
 * It reads the objects of git, and runs nothing.
 * @returns How the run ends where something was found; nothing of what was found is in it but where it is.
 */
export async function refuseScanned(
  repository: Repository,
  { checks, ...work }: ScannedWork & { readonly checks: readonly Check[] },
): Promise<Conclusion | undefined> {
  const findings = await scanWork(repository, work);
  if (findings.length === 0) return undefined;
  const what = `the change holds what must not land: ${summarizeFindings(findings)}`;
  const failed: Check = { name: 'scan', status: 'failed' };
  return {
    outcome: 'verification',
    failure: failure(what, `${digest(findings).slice(0, 3_500)}\n\n${HOW_TO_ALLOW}`),
    checks: [...checks, failed],
    findings,
  };
}

async function scanWork(
  repository: Repository,
  { rules, summary, ...change }: ScannedWork,
): Promise<readonly Finding[]> {
  const allowed = rules.scan.allow.map(globMatcher);
  const counts = (path: string) => !allowed.some((matches) => matches(path));
  const said = await findingsIn({ path: '', text: summary, lineAt: () => 1 });
  const folder = await mkdtemp(join(repository.gitDir, 'scan-'));
  try {
    const file = join(folder, 'work.patch');
    const { paths, tooLarge } = await writePatch(repository, { ...change, file, counts });
    const named = await findingsIn({ path: '', text: paths.filter(counts).join('\n'), lineAt: () => 1 });
    const spoken = [
      ...said.map(inWords('what the agent says of its work')),
      ...named.map(inWords('the name of a file')),
    ];
    if (tooLarge !== undefined) return [...spoken, tooMuch(tooLarge)].slice(0, MAX_FINDINGS);
    const findings = new Map(spoken.map((each) => [JSON.stringify(each), each]));
    for await (const added of addedTexts(file)) {
      if (!counts(added.path)) continue;
      // What lies in two pieces is found twice.
      for (const each of await findingsIn(added)) findings.set(JSON.stringify(each), each);
      if (findings.size >= MAX_FINDINGS) break;
    }
    return [...findings.values()].slice(0, MAX_FINDINGS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findingsIn({ path, text, lineAt }: AddedText): Promise<readonly Finding[]> {
  const secrets = (await findSecrets(text)).map(({ start, kind }) => ({
    start,
    message: `looks like a secret: ${kind}`,
  }));
  const commands = findRunnerCommands(text).map(({ start, name }) => ({
    start,
    message: `speaks to the runner of a workflow: ${name}`,
  }));
  return [...secrets, ...commands].slice(0, MAX_FINDINGS).map(({ start, message }) => {
    const file = path === '' || path.length > 300 ? {} : { file: path };
    return { check: 'scan', ...file, line: lineAt(start), message };
  });
}

function inWords(where: string): (finding: Finding) => Finding {
  return ({ check, message }) => ({ check, message: `${where} ${message}` });
}

function tooMuch(bytes: number): Finding {
  const millions = Math.ceil(bytes / 1_000_000);
  return { check: 'scan', message: `${millions} MB of changed files are more than are looked through` };
}
