/** Whose repositories the server looks at. */
export interface Owners {
  /** Says once of each owner that is left out. */
  readonly allows: (owner: string) => boolean;
}

/** Anybody may install a public app: of so many strangers it is said that they are left out. */
const MAX_TOLD = 1_000;

/** @param names Logins, in any case; undefined: everybody. */
export function allowOwners(names: readonly string[] | undefined, say: (owner: string) => void): Owners {
  if (!names) return { allows: () => true };
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  const told = new Set<string>();
  return {
    allows: (owner) => {
      const key = owner.toLowerCase();
      if (allowed.has(key)) return true;
      if (!told.has(key) && told.size < MAX_TOLD) {
        told.add(key);
        say(owner);
      }
      return false;
    },
  };
}
