/**
 * A segment file: a header of 64 bytes, then frames. Created whole under a temporary name and then
 * renamed, so a segment that has its name has its header.
 *
 *    0 8 bytes magic        16 16 bytes session id       48 12 bytes zero
 *    8 u32 format version   32 f64 first sequence        60 u32 CRC-32 of bytes 0..59
 *   12 u32 segment number   40 f64 size of the segment before
 */
import { crc32 } from 'node:zlib';
import { JournalError } from './journal-error.ts';

export const SEGMENT_HEADER_SIZE = 64;
/**
 * Raise it with every change of a segment, record, payload or command layout: the golden bytes in
 * `codec/golden-bytes.test.ts` notice one. 2: instruments carry the discount on fees paid in the fee asset.
 */
export const FORMAT_VERSION = 2;
/**
 * In the segments that a later life of a session wrote, so that a program that knows one life only says
 * so instead of calling the change of the epoch damage. The layouts are those of `FORMAT_VERSION`.
 */
export const RESUMED_FORMAT_VERSION = 3;
const MAGIC = 'MMJRNL\r\n';
const HEADER_CRC_OFFSET = 60;
const NAME = /^segment-(\d{6})\.journal$/;

export interface SegmentHeader {
  /** 32 hex digits. */
  readonly sessionId: string;
  /** From 1. */
  readonly number: number;
  /** Sequence of the first event that may stand in it. */
  readonly firstSequence: number;
  /** Bytes of the segment before, 0 for the first: a shortened one is seen. */
  readonly previousSize: number;
  /** True for the segments of a session's second life and later ones. */
  readonly isResumed: boolean;
}

/** The last segment of a journal that goes on: the next one is numbered and chained after it. */
export interface SegmentPosition {
  readonly number: number;
  readonly size: number;
}

export function segmentName(number: number): string {
  return `segment-${String(number).padStart(6, '0')}.journal`;
}

/** Under this name a segment is prepared. Left behind by a crash it holds nothing. */
export function segmentOpeningName(number: number): string {
  return `segment-${String(number).padStart(6, '0')}.opening`;
}

/** Segment names among all names, in order of their numbers. */
export function segmentNames(names: readonly string[]): string[] {
  return names.filter((name) => NAME.test(name)).sort();
}

/** Throws a RangeError when the session id is not 32 hex digits. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  if (!/^[0-9a-f]{32}$/.test(header.sessionId)) {
    throw new RangeError(`session id is not 32 hex digits: "${header.sessionId}"`);
  }
  const bytes = Buffer.alloc(SEGMENT_HEADER_SIZE);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(header.isResumed ? RESUMED_FORMAT_VERSION : FORMAT_VERSION, 8);
  bytes.writeUInt32LE(header.number, 12);
  bytes.write(header.sessionId, 16, 'hex');
  bytes.writeDoubleLE(header.firstSequence, 32);
  bytes.writeDoubleLE(header.previousSize, 40);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_CRC_OFFSET)), HEADER_CRC_OFFSET);
  return bytes;
}

/**
 * The header, or in words what is damaged. Throws JournalError JOURNAL_FORMAT when it is whole and of
 * another format version: nothing behind it can be read, and nothing is wrong with it.
 */
export function decodeSegmentHeader(file: Uint8Array): SegmentHeader | string {
  if (file.length < SEGMENT_HEADER_SIZE) return 'the file ends inside the segment header';
  const bytes = Buffer.from(file.buffer, file.byteOffset, SEGMENT_HEADER_SIZE);
  const found = bytes.readUInt32LE(HEADER_CRC_OFFSET);
  if (crc32(bytes.subarray(0, HEADER_CRC_OFFSET)) !== found) {
    return 'segment header: checksum does not match';
  }
  if (bytes.toString('latin1', 0, 8) !== MAGIC) return 'not a journal segment';
  const version = bytes.readUInt32LE(8);
  if (version !== FORMAT_VERSION && version !== RESUMED_FORMAT_VERSION) {
    const who = version < FORMAT_VERSION ? 'an older' : 'a newer';
    throw new JournalError(
      'JOURNAL_FORMAT',
      `journal format ${version} of ${who} program, this one reads ${FORMAT_VERSION} and ${RESUMED_FORMAT_VERSION}: replay the session with the program that recorded it`,
    );
  }
  return {
    sessionId: bytes.toString('hex', 16, 32),
    number: bytes.readUInt32LE(12),
    firstSequence: bytes.readDoubleLE(32),
    previousSize: bytes.readDoubleLE(40),
    isResumed: version === RESUMED_FORMAT_VERSION,
  };
}
