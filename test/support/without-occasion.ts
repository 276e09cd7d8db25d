/** @returns A comment as people read it: without what the app hides in it to find it again. */
export function withoutOccasion(body: string): string {
  return body.replace(/\n\n<!-- agent-waves:comment\n[\s\S]*?\n-->$/, '');
}
