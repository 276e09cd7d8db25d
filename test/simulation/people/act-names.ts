/** What a person who may write does, as often as it stands here. */
export const USUAL_ACTS = [
  ...['command', 'command', 'command', 'close', 'reopen', 'note', 'break-body', 'retitle', 'make-over', 'start'],
  ...['run-by-hand', 'pause', 'edit-plan', 'edit-plan', 'list', 'push', 'revert', 'force-push'],
] as const satisfies readonly string[];

/** Also single kinds of the above, for a world that is full of them. */
export type ActName = (typeof USUAL_ACTS)[number] | 'retry' | 'skip' | 'remove' | 'close-wave';
