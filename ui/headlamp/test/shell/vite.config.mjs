// Builds the shell once per set of inputs: ../shell.sh keeps it.
import react from '@vitejs/plugin-react';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import svgr from 'vite-plugin-svgr';

const modules = join(import.meta.dirname, '../../node_modules');

/** Headlamp names its icons and loads them from a server on the Internet; here they are built in. */
function icons() {
  const lib = join(modules, '@kinvolk/headlamp-plugin/lib');
  return {
    name: 'icons',
    resolveId: id => (id === 'virtual:icons' ? '\0icons' : undefined),
    load(id) {
      if (id !== '\0icons') return;
      const names = new Set();
      for (const file of readdirSync(lib, { recursive: true }))
        if (file.endsWith('.js'))
          for (const hit of readFileSync(join(lib, file), 'utf8').matchAll(/'mdi:([a-z0-9-]+)'|"mdi:([a-z0-9-]+)"/g))
            names.add(hit[1] ?? hit[2]);
      const known = [...names].filter(name => existsSync(join(modules, '@iconify/icons-mdi', name + '.js')));
      return [
        "import { addIcon } from '@iconify/react';",
        ...known.map((name, i) => `import i${i} from '@iconify/icons-mdi/${name}'; addIcon('mdi:${name}', i${i});`),
      ].join('\n');
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  plugins: [icons(), svgr(), react()],
  define: {
    global: 'globalThis',
    'process.env': '{}',
    'import.meta.env.UNDER_TEST': '""',
  },
  resolve: { alias: { stream: 'stream-browserify' } },
  build: {
    target: 'esnext',
    outDir: process.env.SHELL_OUT,
    emptyOutDir: true,
    chunkSizeWarningLimit: 20000,
    reportCompressedSize: false,
    rollupOptions: { maxParallelFileOps: 100 },
  },
});
