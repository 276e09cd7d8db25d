export { overlaps } from '../plan/touches.ts';
