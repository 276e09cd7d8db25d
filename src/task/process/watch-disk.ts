import { statfs } from 'node:fs/promises';

/** What stays free for the runner and for us: so much, or a part of a small disk. */
const MIN_FREE_BYTES = 1024 ** 3;
const FREE_PART = 1 / 20;
const LOOK_MS = 1_000;

/**
 * Tells once when the disk of a folder is nearly full. One that is so at the beginning may be filled to half of what is
 * left.
 * @returns What ends the watch.
 */
export function watchDisk(folder: string, tell: () => void): () => void {
  let floor: number | undefined;
  let ended = false;
  const look = async () => {
    const disk = await statfs(folder).catch(() => undefined);
    // A folder of another user may be closed to us: nobody watches then.
    if (!disk || ended) return;
    const free = disk.bavail * disk.bsize;
    floor ??= Math.min(MIN_FREE_BYTES, disk.blocks * disk.bsize * FREE_PART, free / 2);
    if (free >= floor) return;
    end();
    tell();
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  const end = () => {
    ended = true;
    clearInterval(timer);
  };
  void look();
  return end;
}
