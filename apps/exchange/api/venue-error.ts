/** Plain JSON, as answers are made of. Numbers above 2^53 do not occur: ids are kept below. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** A refusal in the venue's own words: thrown by an operation, sent by whichever door was used. */
export class VenueError extends Error {
  readonly status: number;
  readonly code: number;
  /** What stands beside code and message: the four fields of a cancel-replace, `retryAfter` of a ban. */
  readonly data: Json | undefined;

  /** `status` as in HTTP (400, 401, 409, 418, 429, 503); `code` is the venue's negative number. */
  constructor(status: number, code: number, message: string, data?: Json) {
    super(message);
    this.name = 'VenueError';
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

/** The answer came too late or never: the caller is left without one, after the work was done. */
export class AnswerLost extends Error {}
