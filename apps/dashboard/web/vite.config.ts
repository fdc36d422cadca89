import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** One script, one stylesheet, nothing from elsewhere: the page must work on a machine without network. */
export default defineConfig({
  base: './',
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false })],
  build: {
    target: 'es2023',
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
});
