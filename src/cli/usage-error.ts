/** The command line asks for something that cannot be meant: told in one line, and the exit code is 2. */
export class UsageError extends Error {}
