/** Codes are stable and listed in this folder's README; messages are for people and may change. */
export type JournalErrorCode =
  | 'JOURNAL_DAMAGED'
  | 'JOURNAL_FULL'
  | 'JOURNAL_WRITE_FAILED'
  | 'JOURNAL_FORMAT'
  | 'SESSION_EXISTS'
  | 'SESSION_MISSING'
  | 'SESSION_ENDED'
  | 'SESSION_DIFFERS'
  | 'EPOCH_DAMAGED'
  | 'STORAGE_FAILED';

/** A failure of the journal's edge: the disk, a file, a ring. No domain ever sees it. */
export class JournalError extends Error {
  override readonly name: string = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The writer could not keep up and the ring is full. Full means stop: an unjournaled event is never applied. */
export class JournalFullError extends JournalError {
  override readonly name = 'JournalFullError';

  constructor(neededBytes: number, ringBytes: number) {
    super(
      'JOURNAL_FULL',
      `journal ring of ${ringBytes} bytes has no room for ${neededBytes} more: the disk is too slow; ` +
        'enlarge the ring or use a faster disk',
    );
  }
}

/** Where a journal stops being provable. */
export interface DamageLocation {
  /** File name of the segment. */
  readonly segment: string;
  /** Byte offset in the segment of the first record that is not whole. */
  readonly offset: number;
  /** Sequence of the first event that is not proven: the last good one plus one. */
  readonly sequence: number;
}

/** Bytes changed after they were written, or a part is missing. Never cut, never skipped: a person must look. */
export class JournalDamagedError extends JournalError {
  override readonly name = 'JournalDamagedError';
  readonly segment: string;
  readonly offset: number;
  readonly sequence: number;

  constructor(where: DamageLocation, what: string) {
    super(
      'JOURNAL_DAMAGED',
      `journal damaged in ${where.segment} at byte ${where.offset}, event ${where.sequence}: ${what}; ` +
        'restore the file from a copy, or replay only the events before it',
    );
    this.segment = where.segment;
    this.offset = where.offset;
    this.sequence = where.sequence;
  }
}
