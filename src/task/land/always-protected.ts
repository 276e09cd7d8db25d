/** What decides about the repository, and what steers later agents and tools: never changed by a task. */
export const ALWAYS_PROTECTED = [
  '.github/**',
  '**/CODEOWNERS',
  '**/.claude/**',
  '**/.mcp.json',
  '**/AGENTS.md',
  '**/CLAUDE.md',
  '**/.gitattributes',
  '.gitmodules',
  '**/.npmrc',
  '**/.husky/**',
];
