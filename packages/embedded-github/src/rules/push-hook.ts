import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PushRule } from './violations.ts';

/**
 * Judges one ref of a push. First the rules of its branch: lines of ref, condition and reason, separated by tabs. Then,
 * for tokens that may not change workflows, the commits that are new to the repository and touch a workflow file.
 */
const UPDATE = `#!/bin/sh
tab='\t'
reasons=
test -z "$EMBEDDED_RULES" || reasons=$(printf '%s\\n' "$EMBEDDED_RULES" | while IFS="$tab" read -r ref when reason; do
  test "$ref" = "$1" || continue
  case "$when" in
    not-forward) git merge-base --is-ancestor "$2" "$3" && continue ;;
    merges) test -z "$(git rev-list --merges --max-count=1 "$2..$3")" && continue ;;
  esac
  printf '%s\\n' "- $reason"
done)
if test -n "$reasons"; then
  echo "error: GH013: Repository rule violations found for $1." >&2
  echo "Review all repository rules at $EMBEDDED_RULES_PAGE?ref=$(printf '%s' "$1" | sed 's|/|%2F|g')" >&2
  echo >&2
  printf '%s\\n\\n' "$reasons" >&2
  exit 1
fi
test "$EMBEDDED_WORKFLOWS" = refuse || exit 0
case "$3" in *[!0]*) ;; *) exit 0 ;; esac
files=$(git log --format= --name-only --max-count=1000 "$3" --not --all -- .github/workflows)
test -z "$files" && exit 0
file=\${files%%
*}
echo "refusing to allow a GitHub App to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission" >&2
exit 1
`;

/** Writes the hooks that judge pushes, and gives their folder. */
export async function writeHooks(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const update = join(folder, 'update');
  await writeFile(update, UPDATE);
  await chmod(update, 0o755);
  return folder;
}

/** What the hooks judge one push by. */
export function hookEnvironment(judgement: {
  readonly rules: readonly PushRule[];
  /** Address of the page that lists the repository's rules. */
  readonly page: string;
  readonly mayChangeWorkflows: boolean;
}): Record<string, string> {
  return {
    EMBEDDED_RULES: judgement.rules.map(({ ref, when, reason }) => `${ref}\t${when}\t${reason}`).join('\n'),
    EMBEDDED_RULES_PAGE: judgement.page,
    EMBEDDED_WORKFLOWS: judgement.mayChangeWorkflows ? 'allow' : 'refuse',
  };
}
