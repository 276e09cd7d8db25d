/** The command line asks for something that makes no sense: said in one line, and the exit code is 2. */
export class UsageError extends Error {}
