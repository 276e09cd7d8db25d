import { SANS } from './palette.ts';

interface PageHead {
  /** Escaped already. */
  readonly title: string;
  readonly style: string;
  /** A picture with style elements of its own. */
  readonly svg: string;
  readonly script: string;
  /** Of the policy beyond these very styles and this script. */
  readonly also?: readonly string[];
  /** Base64 of the SHA-256 of a text in UTF-8. */
  readonly sha256: (text: string) => string;
}

/** Head of a page that stands alone. Its policy allows its own styles and script and nothing else, whatever a plan says. */
export function pageHead({ title, style, svg, script, also = [], sha256 }: PageHead): {
  readonly head: readonly string[];
  readonly policy: string;
} {
  const styles = [style, ...[...svg.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, content = '']) => content)];
  const policy = [
    "default-src 'none'",
    `style-src ${styles.map((content) => `'sha256-${sha256(content)}'`).join(' ')}`,
    `script-src 'sha256-${sha256(script)}'`,
    ...also,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = [
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${title}</title>`,
    `<style>${style}</style>`,
    '</head>',
  ];
  return { head, policy };
}

/** Of every page that stands alone. */
export function basicStyle(lineHeight: number): readonly string[] {
  return [':root{color-scheme:light dark}', `body{margin:0;font:14px/${lineHeight} ${SANS}}`];
}
