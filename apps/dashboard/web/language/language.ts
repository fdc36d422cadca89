/** The page's words: which language, and one text of it with its values filled in. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { CHINESE } from './chinese.ts';
import { ENGLISH, type WordKey, type Words } from './english.ts';

export type LanguageName = 'en' | 'zh';

const WORDS: Readonly<Record<LanguageName, Words>> = { en: ENGLISH, zh: CHINESE };
const STORED_AS = 'doge-mm.language';

/** Gives a text by its key. */
export type Say = (key: WordKey, ...values: readonly (string | number)[]) => string;

/** Texts of one language. Values replace `{0}`, `{1}` and so on. */
export function sayIn(language: LanguageName): Say {
  const words = WORDS[language];
  return (key, ...values) =>
    words[key].replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}

/** Text of a code the server sent; the code itself when this page does not know it. */
export function sayCode(
  say: Say,
  group: string,
  code: string,
  ...values: (string | number)[]
): string {
  const key = `${group}.${code}`;
  return Object.hasOwn(ENGLISH, key) ? say(key as WordKey, ...values) : code;
}

/** The language chosen last, else the browser's. */
export function initialLanguage(): LanguageName {
  const stored = localStorage.getItem(STORED_AS);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function storeLanguage(language: LanguageName): void {
  localStorage.setItem(STORED_AS, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export const LanguageContext = createContext<Say>(sayIn('en'));

/** For components: the texts of the chosen language. */
export function useSay(): Say {
  return useContext(LanguageContext);
}
