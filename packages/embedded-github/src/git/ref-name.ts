/** What no ref's name holds: https://git-scm.com/docs/git-check-ref-format. */
const FORBIDDEN = [/[ ~^:?*[\\]/, /\.\./, /@\{/, /\/\//, /[./]$/, /(?:^|\/)\./, /\.lock(?:\/|$)/];

/** Whether git takes this for the full name of a ref: `refs/heads/main`. */
export function isRefName(name: string): boolean {
  if (!name.startsWith('refs/') || name.split('/').length < 3) return false;
  return (
    !FORBIDDEN.some((pattern) => pattern.test(name)) && ![...name].some((letter) => letter < ' ' || letter === '\x7f')
  );
}
