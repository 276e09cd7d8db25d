/** What looks like a secret in a text. */
export interface FoundSecret {
  /** In words: `github token`. Nothing of the secret itself. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** By the form of its provider, or by a name beside letters without order. */
  readonly by: 'form' | 'name';
}

/** What the rules of the library leave out. No pattern can look back over what it has read: each takes one pass. */
const FORMS: readonly (readonly [string, RegExp])[] = [
  ['private key', /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\]{0,20000}/g],
  ['aws access key id', /(?<![A-Za-z0-9])(?:AKIA|ASIA)(?!\w{9}EXAMPLE)[A-Z2-7]{16}(?![A-Za-z0-9])/g],
  ['google api key', /(?<![\w-])AIza[\w-]{35}(?![\w-])/g],
  ['anthropic key', /(?<![\w-])sk-ant-[a-z]{3,6}\d{2}-[\w-]{60,120}/g],
  ['openai key', /(?<![\w-])sk-(?:proj|svcacct|admin)-[\w-]{40,200}/g],
  ['github token', /(?<!\w)(?:gh[opsur]_\w{36,255}|github_pat_\w{40,255})/g],
  ['stripe key', /(?<!\w)[sr]k_live_[A-Za-z0-9]{20,200}/g],
  ['npm token', /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/g],
  ['json web token', /(?<![\w-])eyJ[\w-]{15,2000}\.eyJ[\w-]{15,2000}\.[\w-]{20,1000}/g],
];

/** A name that says secret, and a quoted value beside it. */
const NAMED =
  /(?:secret|token|passw(?:or)?d|passphrase|api_?-?key|access_?-?key|private_?-?key|credentials?)\w{0,30}["'\]]{0,2}[ \t]{0,4}(?::=|=>|[:=])[ \t]{0,4}["'`]([A-Za-z0-9+/_.=~-]{20,200})["'`]/gi;

/** What people write where a secret will be, and what only names one. */
const STAND_IN = /example|placeholder|dummy|change_?-?me|your|fake|sample|redacted|todo|test|xxxx|0000|1234/i;

/** Bits of a character above which letters have no order: words and names have less, and random ones of 20 have 4. */
const MIN_ENTROPY = 3.7;

export function ownPatterns(text: string): readonly FoundSecret[] {
  const forms = FORMS.flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].map(
      ({ 0: found, index }): FoundSecret => ({ kind, start: index, end: index + found.length, by: 'form' }),
    ),
  );
  const named = [...text.matchAll(NAMED)].flatMap(({ 0: found, 1: value = '', index }): FoundSecret[] => {
    const isRandom = /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= MIN_ENTROPY;
    if (!isRandom || STAND_IN.test(value)) return [];
    return [{ kind: 'value of a secret', start: index, end: index + found.length, by: 'name' }];
  });
  return [...forms, ...named];
}

/** @returns Bits of each character, by how often each comes. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, count) => sum + (count / text.length) * Math.log2(count / text.length), 0);
}
