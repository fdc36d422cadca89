/** A chapter in a folder of its own, which is gone afterwards unless a check failed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chapter, type ChapterOptions, type ChapterResult } from './chapter.ts';

/**
 * Throws the reason of an aborted signal, and for a check that failed an error that names the seed and the
 * folder with what the processes left. Neither process nor socket is left in any case.
 */
export async function runChapter(options: Omit<ChapterOptions, 'folder'>): Promise<ChapterResult> {
  const folder = mkdtempSync(join(tmpdir(), 'crash-campaign-'));
  // A process killed a moment ago may still be writing its last file: then the removal is tried again.
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.on('exit', remove);
  let isKept = false;
  try {
    return await new Chapter({ ...options, folder }).run();
  } catch (cause) {
    if (options.signal.aborted) throw cause;
    isKept = true;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${options.seed}, ${what}\n  what is left of it: ${folder}`, { cause });
  } finally {
    process.off('exit', remove);
    if (!isKept) remove();
  }
}
