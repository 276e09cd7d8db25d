/** GitHub's replicas lag behind each other: reads may show how things stood before a write for so long (ms). */
export const STALE_READS_MS = 60_000;
