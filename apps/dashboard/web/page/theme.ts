export type ThemeName = 'dark' | 'light';

const STORED_AS = 'doge-mm.theme';

/** The theme chosen last, else what the system prefers. Puts it on the page. */
export function initialTheme(): ThemeName {
  const stored = localStorage.getItem(STORED_AS);
  const prefersLight = matchMedia('(prefers-color-scheme: light)').matches;
  const theme = stored === 'light' || stored === 'dark' ? stored : prefersLight ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = theme;
  return theme;
}

/** Switches, remembers and returns the other theme. */
export function toggleTheme(theme: ThemeName): ThemeName {
  const other = theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem(STORED_AS, other);
  document.documentElement.dataset['theme'] = other;
  return other;
}
