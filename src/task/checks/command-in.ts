/** @returns A shell command that runs in a folder of the checkout, the way a person would type it. */
export function commandIn(folder: string, run: string): string {
  return folder === '' ? run : `cd ${quoted(folder)} && ${run}`;
}

/** Agents name folders: nothing in a name may reach the shell. */
function quoted(path: string): string {
  return /^[\w.@+][\w./@+-]*$/.test(path) ? path : `-- '${path.replaceAll("'", `'\\''`)}'`;
}
