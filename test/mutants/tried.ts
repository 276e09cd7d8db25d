/** What became of one change. */
export interface Tried {
  readonly id: string;
  /** `static`: it is made while modules are loaded, and not tried. `unreached`: no test comes by. `hung`: it never ended. `refused`: by the compiler. */
  readonly status: 'killed' | 'survived' | 'unreached' | 'static' | 'hung' | 'refused';
  /** There were more tests than time. */
  readonly isCutShort?: boolean;
  /** The first test that noticed. */
  readonly by?: string;
}

const FOLDER = 'out/mutants';

/** Files by which the program and its worker speak. */
export const OUT = {
  folder: FOLDER,
  /** Instrumented sources: pairs of path and text. */
  sources: `${FOLDER}/sources.json`,
  /** Changes to try, in order. */
  todo: `${FOLDER}/todo.json`,
  /** A line of JSON for each that was tried. */
  tried: `${FOLDER}/tried.jsonl`,
  /** What the last command left: changes as they are told. */
  left: `${FOLDER}/left.json`,
  /** A copy of the sources for the compiler. */
  types: `${FOLDER}/types`,
} as const;
