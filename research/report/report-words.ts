import { CHINESE } from './words-chinese.ts';
import { ENGLISH, type WordKey } from './words-english.ts';

/** One text in both languages of the report. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** Values for the `{name}` places of a text. */
export type Values = Readonly<Record<string, string | number>>;

/** A text of the report in both languages. Throws a RangeError when a place is left unfilled. */
export function words(key: WordKey, values: Values = {}): Bilingual {
  return { en: fillPlaces(ENGLISH[key], values), zh: fillPlaces(CHINESE[key], values) };
}

/** A text that is the same in both languages: a name, a number. */
export function plain(text: string): Bilingual {
  return { en: text, zh: text };
}

/** Puts values into the `{name}` places of a text. Throws a RangeError when one is left unfilled. */
export function fillPlaces(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`"${text}" wants a value for {${name}}`);
    return String(value);
  });
}
