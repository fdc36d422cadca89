const REMEDY_BY_CODE = {
  FILE_NOT_READABLE: 'check the path and the permission',
  DAMAGED_FILE: 'copy the file again; what is whole can be saved with: gzip -dc FILE > FILE.txt',
  NOT_A_RECORDING:
    'give a raw recording: <receive time in ns> <space> <message as received> a line',
  MIXED_RECORDING: 'give the files of one market and symbol only',
  OUT_OF_ORDER: 'give the files in the order of their time, each once',
  BAD_LINE: 'remove the line, or run `doge-mm data check` on the file to count all of them',
  CLOCK_WENT_BACK:
    'cut the file in front of this line and use the parts apart, or record again with a steady clock',
  LINE_TOO_LONG: 'check that the file is a recording with one message a line',
  OUTSIDE_RECORDING: 'give a --from before --to, with recorded time between them',
  NO_OVERLAP: 'give recordings of both markets that were made at the same time',
  EMPTY_RECORDING: 'record again: no message in the file can be used',
} as const;

export type RecordingErrorCode = keyof typeof REMEDY_BY_CODE;

/** The file, with the line where there is one ("spot.gz:17"), and what made it fail. */
export interface RecordingPlace extends ErrorOptions {
  readonly where: string;
}

/** A recording cannot be used. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code: RecordingErrorCode;
  readonly where: string;

  constructor(code: RecordingErrorCode, place: RecordingPlace, what: string) {
    super(`${place.where}: ${what}`, place);
    this.code = code;
    this.where = place.where;
  }

  /** What to do, fixed by the code. */
  get remedy(): string {
    return REMEDY_BY_CODE[this.code];
  }
}
