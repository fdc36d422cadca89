/**
 * What the venue's process and the trading process say to each other over a socket. A message is its
 * size and kind (u32 each), then fields of eight bytes; events and commands stand as in a journal.
 */
import {
  ByteReader,
  ByteWriter,
  EventDecoder,
  payloadSizeBound,
  writePayload,
} from '#adapters/journal/codec/codec.ts';
import {
  COMMAND_SIZE_MAX,
  type RecordedCommand,
  readCommand,
  writeCommand,
} from '#adapters/journal/codec/command-codec.ts';
import type { Command } from '#contracts/commands.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { EpochMicros, Sequence } from '#units/integers.ts';

/** Both sides name it first; another one is refused. */
export const WIRE_VERSION = 1;

export const MessageKind = {
  /** Trading process: version. */
  HELLO: 1,
  /** Venue: version, now. */
  WELCOME: 2,
  /**
   * Trading process: epoch, life, events recovered, bytes cut, event of the snapshot it began from (0:
   * none). It is ready and has sent nothing.
   */
  RECOVERED: 3,
  /** Venue: an event. */
  EVENT: 4,
  /** Venue: now. Run your timers up to it; answer with DONE. */
  TURN: 5,
  /** Trading process: a command with the sequence of its cause. */
  COMMAND: 6,
  /** Trading process: last sequence, durable sequence, held orders. */
  DONE: 7,
  /** Venue: what an operator says; answer with DONE. */
  OPERATE: 8,
  /** Venue: make durable what you have; answer with DONE. */
  SYNC: 9,
  /** Venue: end in order; answer with DONE. */
  LEAVE: 10,
} as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

const HEADER_SIZE = 8;
const MESSAGE_SIZE_MAX = 1024 * 1024;

/** Collects messages until they are taken. */
export class MessageWriter {
  private readonly writer = new ByteWriter(new ArrayBuffer(4 * MESSAGE_SIZE_MAX));

  get isEmpty(): boolean {
    return this.writer.position === 0;
  }

  numbers(kind: MessageKind, ...fields: readonly number[]): void {
    const start = this.open(kind);
    for (const field of fields) this.writer.integer(field);
    this.close(start);
  }

  /** Returns the message's own bytes, valid until the next message. */
  event(event: Readonly<EngineEvent>): Uint8Array {
    this.reserve(payloadSizeBound(event) + 64);
    const start = this.open(MessageKind.EVENT);
    this.writer.integer(event.kind);
    this.writer.integer(event.atMicros);
    writePayload(this.writer, event);
    this.close(start);
    return this.writer.bytes.subarray(start, this.writer.position);
  }

  command(causeSequence: number, command: Readonly<Command>): void {
    this.reserve(COMMAND_SIZE_MAX + 64);
    const start = this.open(MessageKind.COMMAND);
    writeCommand(this.writer, causeSequence, command);
    this.close(start);
  }

  /** A copy of what was collected; nothing is kept. */
  take(): Uint8Array {
    const bytes = this.writer.bytes.slice(0, this.writer.position);
    this.writer.position = 0;
    return bytes;
  }

  private open(kind: MessageKind): number {
    const start = this.writer.position;
    this.writer.count(0);
    this.writer.count(kind);
    return start;
  }

  private close(start: number): void {
    this.writer.align();
    this.writer.view.setUint32(start, this.writer.position - start, true);
  }

  private reserve(size: number): void {
    if (this.writer.position + size > this.writer.bytes.length) {
      throw new RangeError('more than four MiB of messages in one turn');
    }
  }
}

/** One message, valid during the call it is given to. */
export class Message {
  readonly kind: MessageKind;
  private readonly reader: ByteReader;
  private readonly decoder: EventDecoder;

  constructor(kind: MessageKind, body: Uint8Array, decoder: EventDecoder) {
    this.kind = kind;
    this.reader = new ByteReader(body);
    this.decoder = decoder;
  }

  /** The next number. */
  number(): number {
    return this.reader.integer<number>();
  }

  event(): EngineEvent {
    const kind = this.number();
    const atMicros = this.number() as EpochMicros;
    return this.decoder.read(this.reader, kind, 0 as Sequence, atMicros);
  }

  command(): RecordedCommand {
    return readCommand(this.reader);
  }
}

/** Cuts a byte stream into messages, however it arrives. */
export class MessageSplitter {
  private readonly decoder = new EventDecoder();
  private rest: Uint8Array = new Uint8Array(0);

  /** Throws a RangeError for bytes that are no message: then nothing behind them is one either. */
  push(chunk: Uint8Array, onMessage: (message: Message) => void): void {
    const bytes = new Uint8Array(this.rest.length + chunk.length);
    bytes.set(this.rest);
    bytes.set(chunk, this.rest.length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    while (bytes.length - at >= HEADER_SIZE) {
      const size = view.getUint32(at, true);
      if (size < HEADER_SIZE || size > MESSAGE_SIZE_MAX || size % 8 !== 0) {
        throw new RangeError(`not a message: size ${size}`);
      }
      if (bytes.length - at < size) break;
      const kind = view.getUint32(at + 4, true) as MessageKind;
      onMessage(new Message(kind, bytes.slice(at + HEADER_SIZE, at + size), this.decoder));
      at += size;
    }
    this.rest = bytes.slice(at);
  }
}
