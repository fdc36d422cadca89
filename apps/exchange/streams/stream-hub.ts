import type { StreamSource } from './stream-source.ts';

/** Somebody who listens to streams. */
export interface StreamListener<Message> {
  onFrame(message: Message): void;
}

interface OpenStream<Message> {
  readonly listeners: Set<StreamListener<Message>>;
  stop: () => void;
}

/** Runs each stream once for everybody who listens to it, and only while somebody does. */
export class StreamHub<Message> {
  private readonly find: (key: string) => StreamSource<Message> | null;
  private readonly open = new Map<string, OpenStream<Message>>();

  /** `find` makes the source of a stream by its key; null: there is none, it stays silent. */
  constructor(find: (key: string) => StreamSource<Message> | null) {
    this.find = find;
  }

  subscribe(key: string, listener: StreamListener<Message>): void {
    const known = this.open.get(key);
    if (known !== undefined) {
      known.listeners.add(listener);
      return;
    }
    const source = this.find(key);
    if (source === null) return;
    const stream: OpenStream<Message> = { listeners: new Set([listener]), stop: () => undefined };
    this.open.set(key, stream);
    stream.stop = source.open((message) => {
      for (const each of stream.listeners) each.onFrame(message);
    });
  }

  unsubscribe(key: string, listener: StreamListener<Message>): void {
    const stream = this.open.get(key);
    if (stream === undefined) return;
    stream.listeners.delete(listener);
    if (stream.listeners.size > 0) return;
    this.open.delete(key);
    stream.stop();
  }

  /** Streams that run. */
  get runningCount(): number {
    return this.open.size;
  }
}
