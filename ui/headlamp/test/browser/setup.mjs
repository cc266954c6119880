// Once for all browser tests: the world, its people, and a Headlamp server for each of them.
import { connection, Admin } from '../lib/cluster.mjs';
import * as people from '../lib/people.mjs';
import { serve } from '../lib/server.mjs';
import { start } from '../lib/world.mjs';

const { SALVOR_CHROMIUM, SALVOR_KUBECONFIG, SALVOR_JAVA, SALVOR_CLASSPATH, SALVOR_SHELL } = process.env;

/** Servers by the name of who sits before them. */
function sites(kubeconfig) {
  const to = connection(kubeconfig);
  const common = { shell: SALVOR_SHELL, plugin: process.cwd(), to };
  const group = '/apis/recovery.salvor.dev';
  return {
    rita: { ...common, user: people.RITA },
    vera: { ...common, user: people.VERA },
    tom: { ...common, user: people.TOM },
    nora: { ...common, user: people.NORA },
    // a cluster without the CRDs, as an API server answers for it; and one that is ill
    bare: { ...common, user: people.VERA, answers: [{ prefix: group, status: 404, body: '404 page not found' }] },
    ill: {
      ...common,
      user: people.VERA,
      answers: [{ prefix: group, status: 503, body: 'apiserver is shutting down' }],
    },
  };
}

export default async function setup({ provide }) {
  if (!SALVOR_CHROMIUM) return;
  const world = SALVOR_KUBECONFIG
    ? { kubeconfig: SALVOR_KUBECONFIG, stop: async () => {} }
    : await start({ java: SALVOR_JAVA, classpath: SALVOR_CLASSPATH });
  await people.admit(new Admin(world.kubeconfig));
  const running = {};
  for (const [name, options] of Object.entries(sites(world.kubeconfig))) running[name] = await serve(options);
  provide('kubeconfig', world.kubeconfig);
  provide('sites', Object.fromEntries(Object.entries(running).map(([name, one]) => [name, one.url])));
  return async () => {
    for (const one of Object.values(running)) await one.close();
    await world.stop();
  };
}
