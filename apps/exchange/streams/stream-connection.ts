import type { OpenSocket, OutgoingLine } from '#apps/exchange/api/operation.ts';
import type { Json } from '#apps/exchange/api/venue-error.ts';
import {
  ControlError,
  type ControlRequest,
  controlAnswer,
  controlRefusal,
  readControl,
  readStreamNames,
} from './stream-control.ts';
import type { StreamFrame, TimeUnit } from './stream-frame.ts';
import type { StreamHub, StreamListener } from './stream-hub.ts';

const STREAMS_MAX = 1_024;
/** The venue hangs up on who asks for more. RFC 6455: policy violation. */
const POLICY = 1008;

export interface StreamConnectionOptions {
  readonly hub: StreamHub<StreamFrame>;
  readonly line: OutgoingLine;
  /** Streams of the address. */
  readonly streams: readonly string[];
  readonly isCombined: boolean;
  readonly unit: TimeUnit;
  /** Streams of one name differ by path: put before the name to find them. */
  readonly keyOf: (stream: string) => string;
}

/** One client of public streams: what it listens to, and its control frames. */
export class StreamConnection implements OpenSocket, StreamListener<StreamFrame> {
  private readonly options: StreamConnectionOptions;
  private readonly streams = new Set<string>();
  private isCombined: boolean;

  constructor(options: StreamConnectionOptions) {
    this.options = options;
    this.isCombined = options.isCombined;
    this.subscribe(options.streams);
  }

  onFrame(frame: StreamFrame): void {
    this.options.line.send(frame.text(this.options.unit, this.isCombined));
  }

  onText(text: string): void {
    const { line } = this.options;
    try {
      const request = readControl(text);
      line.send(controlAnswer(request.id, this.control(request)));
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      line.send(controlRefusal(error));
    }
  }

  onBinary(_bytes: Uint8Array): void {
    this.options.line.close(POLICY, 'Binary frames are not accepted');
  }

  onClose(): void {
    const { hub, keyOf } = this.options;
    for (const stream of this.streams) hub.unsubscribe(keyOf(stream), this);
    this.streams.clear();
  }

  private control(request: ControlRequest): Json {
    switch (request.method) {
      case 'SUBSCRIBE':
        this.subscribe(readStreamNames(request), request.id);
        return null;
      case 'UNSUBSCRIBE':
        this.unsubscribe(readStreamNames(request));
        return null;
      case 'LIST_SUBSCRIPTIONS':
        return [...this.streams];
      case 'SET_PROPERTY':
        this.setProperty(request);
        return null;
      default:
        if (request.params[0] !== 'combined') throw unknownProperty(request);
        return this.isCombined;
    }
  }

  /** What does not exist is acknowledged like all else, and stays silent. */
  private subscribe(names: readonly string[], id: ControlRequest['id'] = null): void {
    const { hub, keyOf } = this.options;
    const wanted = new Set([...this.streams, ...names]);
    if (wanted.size > STREAMS_MAX) {
      throw new ControlError(`Invalid request: at most ${STREAMS_MAX} streams`, {
        code: 2,
        id: id,
      });
    }
    for (const name of names) {
      if (this.streams.has(name)) continue;
      this.streams.add(name);
      hub.subscribe(keyOf(name), this);
    }
  }

  private unsubscribe(names: readonly string[]): void {
    const { hub, keyOf } = this.options;
    for (const name of names) {
      if (this.streams.delete(name)) hub.unsubscribe(keyOf(name), this);
    }
  }

  private setProperty(request: ControlRequest): void {
    const [name, value] = request.params;
    if (name !== 'combined') throw unknownProperty(request);
    if (typeof value !== 'boolean') {
      throw new ControlError('Invalid value type: expected Boolean', { code: 1, id: request.id });
    }
    this.isCombined = value;
  }
}

function unknownProperty({ id }: ControlRequest): ControlError {
  return new ControlError('Unknown property', { code: 0, id: id });
}
