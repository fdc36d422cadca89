import type { WebSocket } from 'ws';
import type { Frame, Snapshot } from '#apps/dashboard/protocol.ts';
import type { Cursor, DashboardSource } from './dashboard-source.ts';

/** Ten frames a second: more than an eye reads, half of what the contract allows. */
const FRAME_MILLIS = 100;
/** A reader with this much unread is closed: it would only make us remember for it. */
const UNREAD_SIZE_MAX = 4 * 1024 * 1024;
const READERS_MAX = 32;
/** WebSocket close code "try again later". */
const TRY_AGAIN_LATER = 1013;

/**
 * Sends the session to every page: a snapshot first, then one frame for all, built once a tick and
 * only while somebody looks. Never waits for a reader.
 */
export class LiveFeed {
  private readonly source: DashboardSource;
  private readonly readers = new Set<WebSocket>();
  private readonly cursor: Cursor = { tapeId: 0, markId: 0, pointMillis: Number.NEGATIVE_INFINITY };
  private timer: NodeJS.Timeout | null = null;

  constructor(source: DashboardSource) {
    this.source = source;
  }

  get readerCount(): number {
    return this.readers.size;
  }

  /** Takes a new reader and sends it everything so far. */
  add(reader: WebSocket): void {
    if (this.readers.size >= READERS_MAX) {
      reader.close(TRY_AGAIN_LATER, 'too many pages are open');
      return;
    }
    reader.on('close', () => this.remove(reader));
    reader.on('error', () => reader.terminate());
    if (this.readers.size === 0) this.skipToNow();
    const snapshot: Snapshot = {
      type: 'snapshot',
      facts: this.source.facts(),
      state: this.source.state(),
      ...this.source.history(),
    };
    reader.send(JSON.stringify(snapshot));
    this.readers.add(reader);
    this.timer ??= setInterval(() => this.tick(), FRAME_MILLIS);
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    for (const reader of this.readers) reader.terminate();
    this.readers.clear();
  }

  /** A fault in what builds the page must not reach the engine: the pages are closed, and it is said. */
  private tick(): void {
    try {
      this.send(this.frameText());
    } catch (error) {
      process.emitWarning(`the live page had to be closed: ${String(error)}`);
      this.close();
    }
  }

  private frameText(): string {
    const frame: Frame = {
      type: 'frame',
      state: this.source.state(),
      ...this.source.additions(this.cursor),
    };
    return JSON.stringify(frame);
  }

  private send(text: string): void {
    for (const reader of this.readers) {
      if (reader.bufferedAmount > UNREAD_SIZE_MAX) reader.terminate();
      else if (reader.readyState === reader.OPEN) reader.send(text);
    }
  }

  /** Nobody looked: what happened meanwhile comes with the snapshot, not with the first frame. */
  private skipToNow(): void {
    this.source.additions(this.cursor);
  }

  private remove(reader: WebSocket): void {
    this.readers.delete(reader);
    if (this.readers.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
