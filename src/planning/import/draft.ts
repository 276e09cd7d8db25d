import type { DocumentClaim } from '../../plan/document-claims.ts';
import type { TaskStatus } from '../../plan/plan.ts';
import type { EstimateMap, UnmappedWord } from './estimate-map.ts';

/** A place in one of the files that are imported. */
export interface SourcePosition {
  readonly file: string;
  /** Into the text without its byte order mark. */
  readonly offset: number;
}

/** Something to be said about a place: a problem that stops the import, or a note beside a plan. */
export interface Remark {
  readonly at: SourcePosition;
  readonly message: string;
}

export interface DraftDependency {
  /** As the source spells it. */
  readonly id: string;
  readonly at: SourcePosition;
  /** Read from running text, or from numbers: where it would close a circle it is left out, and that is said. */
  readonly weak?: true;
}

/** A task as a source gives it: ids in the source's own spelling, nothing checked or fitted yet. */
export interface DraftTask {
  readonly id: string;
  readonly at: SourcePosition;
  readonly dependencies: readonly DraftDependency[];
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly wave?: number | undefined;
  readonly category?: string | undefined;
  readonly minutes?: number | undefined;
  readonly acceptance?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly touches?: readonly string[] | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly status?: TaskStatus | undefined;
}

/** Which part of the source became which field of tasks.json, and for how many tasks. */
export interface Provenance {
  readonly field: string;
  readonly from: string;
  readonly tasks: number;
}

/** What an importer makes of its source. With a problem among them, nothing else of it counts. */
export interface Draft {
  readonly name: string;
  readonly waves: readonly { readonly number: number; readonly title: string }[];
  readonly tasks: readonly DraftTask[];
  readonly claims: readonly DocumentClaim[];
  readonly provenance: readonly Provenance[];
  readonly problems: readonly Remark[];
  readonly notes: readonly Remark[];
  /** Words that stand where times should. */
  readonly unmapped?: readonly UnmappedWord[];
}

/** What a person says of a source beside it. */
export interface ReadOptions {
  readonly map: EstimateMap;
  /** Of a file that holds several lists of tasks, the one to import. */
  readonly tag?: string | undefined;
}

export const emptyDraft: Draft = {
  name: '',
  waves: [],
  tasks: [],
  claims: [],
  provenance: [],
  problems: [],
  notes: [],
};
