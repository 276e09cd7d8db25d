/**
 * @returns What runs a command of a shell. Bash takes a standard input that is a socket, as Node's are, for a login from
 *   afar, and would read the `.bashrc` of a home that an agent may have written first.
 */
export function shell(command: string): readonly [string, ...string[]] {
  return ['bash', '--norc', '-c', command];
}
