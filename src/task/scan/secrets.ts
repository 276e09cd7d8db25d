import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { type FoundSecret, ownPatterns } from './secret-patterns.ts';

/** Characters of an address in which its host is looked for. */
const MAX_ADDRESS = 300;

/** @returns What looks like a secret, in the order of the text, each once. */
export async function findSecrets(text: string): Promise<readonly FoundSecret[]> {
  const { messages } = await lintSource({
    source: { content: text, filePath: 'change.txt', ext: '.txt', contentType: 'text' },
    options: {
      noPhysicFilePath: true,
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] },
    },
  });
  const known = messages.flatMap(({ ruleId, messageId, range: [start, end] }): FoundSecret[] => {
    const isHarmless = ADDRESSES.test(ruleId) && isNobodysHost(text.slice(start, Math.min(end, start + MAX_ADDRESS)));
    return isHarmless ? [] : [{ kind: messageId.toLowerCase().replaceAll('_', ' '), start, end, by: 'form' }];
  });
  const found = [...known, ...ownPatterns(text)].sort((one, other) => one.start - other.start || other.end - one.end);
  let reached = 0;
  return found.filter(({ start, end }) => {
    const isNew = end > reached && start >= reached;
    reached = Math.max(reached, end);
    return isNew;
  });
}

/** Passwords in addresses: of a database that a test starts, for instance. */
const ADDRESSES = /rule-(?:basicauth|database-connection-string)$/;

function isNobodysHost(address: string): boolean {
  const host = /@([^/:@\s"']+)/.exec(address)?.[1] ?? '';
  return !host.includes('.') || /^(?:127\.|0\.0\.0\.0)|(?:^|\.)example\.(?:com|org|net)$|\.(?:local|test)$/.test(host);
}
