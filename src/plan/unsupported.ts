import type { Config } from './config.ts';
import type { Problem } from './plan.ts';

/**
 * Settings that are well formed and that this version cannot act on. They are refused before anything is touched,
 * rather than by a run after its agent has been paid.
 */
export function unsupportedSettings(
  config: Config,
  { file, text }: { readonly file: string; readonly text: string },
): readonly Problem[] {
  const at = (key: string, message: string): Problem => {
    const line = text.split('\n').findIndex((candidate) => candidate.startsWith(`${key}:`)) + 1;
    return { file, line: Math.max(line, 1), column: 1, message };
  };
  return [
    ...(config.base === 'default'
      ? []
      : [at('base', 'this version lands work on the default branch; set `base: default`')]),
    ...(config.landing === 'push'
      ? []
      : [at('landing', `this version lands work by push alone, not by \`${config.landing}\`; set \`landing: push\``)]),
  ];
}
