const OCCASION = /\n\n<!-- agent-waves:comment\n([\s\S]*?)\n-->$/;

/** @returns A comment as people read it: without what the app hides in it to find it again. */
export function withoutOccasion(body: string): string {
  return body.replace(OCCASION, '');
}

/** @returns What the app wrote a comment about, as it hides it there. */
export function hiddenOccasion(body: string): string | undefined {
  const hidden = OCCASION.exec(body)?.[1];
  return hidden === undefined ? undefined : JSON.parse(hidden).about;
}
