/**
 * The ports of the edge: what the engine's surroundings promise each other. The core never calls
 * them, except the write-only probe.
 */
import type { EpochMicros, Sequence } from '#units/integers.ts';
import type { OrderCommand, RequestCommand } from './commands.ts';
import type { EngineEvent } from './events.ts';

/**
 * Takes orders to one venue. Real: `adapters/binance/`. Simulated: `simulation/venue/`.
 * All pass the same contract test.
 */
export interface OrderGateway {
  /**
   * Hands one command over and returns at once, with nothing: what became of it, "not sent"
   * included, comes back as an event. The command is only valid during the call.
   *
   * Errors: never throws because of the market; a broken precondition is our bug and trips an assertion.
   */
  submit(command: Readonly<OrderCommand | RequestCommand>): void;
}

/** Where edges hand events in. The event is copied or applied before `publish` returns. */
export interface EventSink {
  publish(event: EngineEvent): void;
}

/** The wall clock, for edges only. */
export interface Clock {
  nowMicros(): EpochMicros;
}

/** Stages of one event's way, in order. */
export const Stage = {
  RECEIVE: 0,
  DECODE: 1,
  JOURNAL: 2,
  BOOK: 3,
  PRICING: 4,
  PLAN: 5,
  RISK: 6,
  SUBMIT: 7,
  HEDGE: 8,
  ACCOUNT: 9,
  LOOP: 10,
} as const;
export type Stage = (typeof Stage)[keyof typeof Stage];
export const STAGE_NAMES = [
  'receive',
  'decode',
  'journal',
  'book',
  'pricing',
  'plan',
  'risk',
  'submit',
  'hedge',
  'account',
  'loop',
] as const;

/**
 * Measures where the time goes. Write-only for the core: it can neither read a clock nor what was
 * measured. `begin` opens an event, `mark(stage)` closes the stage that ran since the last mark.
 */
export interface StageProbe {
  begin(): void;
  mark(stage: Stage): void;
  end(): void;
}

/**
 * The disk, as small as the journal needs it. Real: `adapters/journal/file-storage.ts`. Simulated
 * with crashes and torn writes: `simulation/`. Names are relative and flat.
 */
export interface Storage {
  /** Appends bytes to a file, creating it. */
  append(name: string, bytes: Uint8Array): void;
  /** What was appended before is on stable storage when this returns. Throws on failure: never retried. */
  sync(name: string): void;
  rename(from: string, to: string): void;
  remove(name: string): void;
  /** Cuts a file to `size` bytes. */
  truncate(name: string, size: number): void;
  /** All names, sorted. */
  list(): readonly string[];
  /** Whole content. Throws when the file is not there. */
  read(name: string): Uint8Array;
}

/** Where the applied events go before the handlers run. */
export interface Journal {
  /** Encodes and copies the event to the ring. Throws when the ring is full: full means stop. */
  append(event: Readonly<EngineEvent>): void;
  /** Highest sequence that is on stable storage. */
  readonly durableSequence: Sequence;
}
