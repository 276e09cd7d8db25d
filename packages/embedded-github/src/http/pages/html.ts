/** Pages run nothing: what people write stands in them. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'";

const STYLE = `
  :root { color-scheme: light dark; --line: #d1d9e0; --dim: #59636e; }
  @media (prefers-color-scheme: dark) { :root { --line: #3d444d; --dim: #9198a1; } }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 980px; margin: 0 auto; padding: 16px; overflow-wrap: anywhere; }
  nav, .dim, sub { color: var(--dim); } nav { margin-bottom: 12px; }
  table { border-collapse: collapse; display: block; overflow-x: auto; } th, td { border: 1px solid var(--line); padding: 4px 10px; text-align: left; }
  pre { border: 1px solid var(--line); padding: 10px; overflow-x: auto; } code { font-size: 13px; }
  article { border: 1px solid var(--line); border-radius: 6px; margin: 12px 0; padding: 0 14px 6px; }
  article > h2 { font-size: 13px; font-weight: 600; border-bottom: 1px solid var(--line); margin: 0 -14px; padding: 6px 14px; }
  blockquote { border-left: 3px solid var(--line); color: var(--dim); margin-left: 0; padding-left: 12px; }
  .label { border: 1px solid var(--line); border-radius: 9px; font-size: 12px; padding: 0 7px; white-space: nowrap; }
`;

interface PageContent {
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

export function page({ title, body }: PageContent): Response {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>`;
  return new Response(
    `<!doctype html><html lang="en"><head>${head}<style>${STYLE}</style></head><body>${body}</body></html>\n`,
    {
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY },
    },
  );
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
