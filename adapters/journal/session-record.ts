/** The records beside the events: what a session is, what it had produced at a point, how it ended. */
import { hexOf } from './canonical-hash.ts';
import type { ByteReader, ByteWriter } from './codec/codec.ts';
import { JournalError } from './journal-error.ts';

/** Bytes enough for a checkpoint or close record. */
export const CHECKPOINT_SIZE = 128;
const HASH_SIZE = 32;

/** First record of a session: everything that a replay needs besides the events. Stored as JSON. */
export interface SessionHeader {
  /** 32 hex digits. */
  readonly sessionId: string;
  /** paper, backtest, live ... */
  readonly world: string;
  readonly symbol: string;
  readonly seed: number;
  /** What program wrote it: version and commit. */
  readonly build: string;
  /** `process.versions.node`: another major may compute other last bits, so replay refuses it. */
  readonly nodeVersion: string;
  /** The effective configuration, as JSON values. */
  readonly configuration: unknown;
  /** Events between checkpoints. */
  readonly checkpointEvents: number;
}

/** SHA-256 in hex over canonical bytes, from the session's start and over all of its lives. */
export interface SessionHashes {
  /** Applied events that the journal holds: kind, payload size, sequence, stamp, payload, padding of each. */
  readonly journal: string;
  /** Every domain's `writeState` at this point. */
  readonly state: string;
  /** Commands that the journal holds, each with the sequence of its cause. */
  readonly commands: string;
}

/** What had been produced when `sequence` was the last applied event. */
export interface Checkpoint {
  /** From 1. */
  readonly interval: number;
  readonly sequence: number;
  readonly commandCount: number;
  readonly stateSize: number;
  readonly hashes: SessionHashes;
}

/** How a later life of a session began: first record of its first segment. */
export interface Resume {
  /** 2 for the first life after the first crash. */
  readonly life: number;
  /** Last event that survived: the life's own events begin behind it. */
  readonly sequence: number;
  /** Commands that the journal held there. */
  readonly commandCount: number;
  readonly stateSize: number;
  /** Bytes of the torn tail that were cut off. */
  readonly cutSize: number;
  /** Event of the snapshot that the state was restored from; 0: computed from the first event on. */
  readonly snapshotSequence: number;
  /** What the life began with. */
  readonly hashes: SessionHashes;
  /** The program of this life: version and commit, and `process.versions.node`. */
  readonly build: string;
  readonly nodeVersion: string;
}

/** Where a snapshot of the state is: see the snapshot store. */
export interface SnapshotReference {
  readonly name: string;
  readonly sequence: number;
  /** SHA-256 of the state bytes, in hex. */
  readonly stateHash: string;
}

export function writeCheckpoint(writer: ByteWriter, checkpoint: Checkpoint): void {
  writer.integer(checkpoint.interval);
  writer.integer(checkpoint.commandCount);
  writer.integer(checkpoint.stateSize);
  writer.raw(Buffer.from(checkpoint.hashes.journal, 'hex'));
  writer.raw(Buffer.from(checkpoint.hashes.state, 'hex'));
  writer.raw(Buffer.from(checkpoint.hashes.commands, 'hex'));
}

export function readCheckpoint(reader: ByteReader, sequence: number): Checkpoint {
  const interval = reader.integer<number>();
  const commandCount = reader.integer<number>();
  const stateSize = reader.integer<number>();
  const journal = hexOf(reader.raw(HASH_SIZE));
  const state = hexOf(reader.raw(HASH_SIZE));
  const commands = hexOf(reader.raw(HASH_SIZE));
  return { interval, sequence, commandCount, stateSize, hashes: { journal, state, commands } };
}

/** Bytes enough for the record. */
export function resumeSizeBound({ build, nodeVersion }: Resume): number {
  return 160 + 3 * (build.length + nodeVersion.length);
}

export function writeResume(writer: ByteWriter, resume: Resume): void {
  writer.integer(resume.life);
  writer.integer(resume.commandCount);
  writer.integer(resume.stateSize);
  writer.integer(resume.cutSize);
  writer.integer(resume.snapshotSequence);
  writer.raw(Buffer.from(resume.hashes.journal, 'hex'));
  writer.raw(Buffer.from(resume.hashes.state, 'hex'));
  writer.raw(Buffer.from(resume.hashes.commands, 'hex'));
  writer.text(resume.build);
  writer.text(resume.nodeVersion);
}

export function readResume(reader: ByteReader, sequence: number): Resume {
  const life = reader.integer<number>();
  const commandCount = reader.integer<number>();
  const stateSize = reader.integer<number>();
  const cutSize = reader.integer<number>();
  const snapshotSequence = reader.integer<number>();
  const journal = hexOf(reader.raw(HASH_SIZE));
  const state = hexOf(reader.raw(HASH_SIZE));
  const commands = hexOf(reader.raw(HASH_SIZE));
  const hashes = { journal, state, commands };
  const build = reader.text();
  const nodeVersion = reader.text();
  return {
    life,
    sequence,
    commandCount,
    stateSize,
    cutSize,
    snapshotSequence,
    hashes,
    build,
    nodeVersion,
  };
}

export function writeSnapshotReference(writer: ByteWriter, reference: SnapshotReference): void {
  writer.text(reference.name);
  writer.text(reference.stateHash);
}

export function readSnapshotReference(reader: ByteReader, sequence: number): SnapshotReference {
  const name = reader.text();
  return { name, sequence, stateHash: reader.text() };
}

/** Throws JournalError JOURNAL_FORMAT when the JSON is no session header. */
export function parseSessionHeader(json: string): SessionHeader {
  const value = parseJson(json);
  const texts = ['sessionId', 'world', 'symbol', 'build', 'nodeVersion'];
  const numbers = ['seed', 'checkpointEvents'];
  const isHeader =
    isRecord(value) &&
    texts.every((key) => typeof value[key] === 'string') &&
    numbers.every((key) => typeof value[key] === 'number');
  if (!isHeader) throw foreignHeader('it misses fields', undefined);
  return value as unknown as SessionHeader;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw foreignHeader(String(cause), cause);
  }
}

/** The checksum holds, so this is what was written. */
function foreignHeader(what: string, cause: unknown): JournalError {
  const message = `the session header cannot be read: ${what}; written by another program?`;
  return new JournalError('JOURNAL_FORMAT', message, { cause });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
