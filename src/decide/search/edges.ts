export { type Edges, edgesOf } from '../../plan/edges.ts';
