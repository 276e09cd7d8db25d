/** The system that the tasks of this repository build: a deterministic agent workflow. */
export const system = 'daw';
