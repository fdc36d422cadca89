import type { AccountEvent } from '#contracts/events.ts';
import type { ReportChannel } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import type { ReadOrderId } from './order-names.ts';

/** What a private message was. */
export const PrivateFrameKind = {
  /** Zero or more events of ours were handed out. */
  EVENTS: 0,
  /** The answer to a request: see `answer`. */
  ANSWER: 1,
  /** The subscription or its key ended: subscribe anew. */
  ENDED: 2,
  SERVER_SHUTDOWN: 3,
  /** A good message that changes nothing we keep. */
  IGNORED: 4,
  /** It may change what we keep and does not say to what: the account must be asked for. */
  UNTOLD: 5,
} as const;
export type PrivateFrameKind = (typeof PrivateFrameKind)[keyof typeof PrivateFrameKind];

/** The venue's answer to a request on the same connection. */
export interface RequestAnswer {
  readonly id: string;
  /** HTTP status; 200 is good. */
  readonly status: number;
  /** The venue's words when it refused. */
  readonly message: string;
}

export interface PrivateDecoderOptions {
  /** Orders and positions of other symbols are not ours. */
  readonly instrument: Instrument;
  readonly channel: ReportChannel;
  readonly readOrderId: ReadOrderId;
}

export type AccountConsumer = (event: AccountEvent) => void;

/** Reads the private messages of one market. */
export interface PrivateDecoder {
  /** Of the last ANSWER. */
  readonly answer: RequestAnswer;
  /** Throws a UserFrameError on bad input and nothing else; nothing was handed out then. */
  decode(text: string, atMicros: EpochMicros, consume: AccountConsumer): PrivateFrameKind;
}
