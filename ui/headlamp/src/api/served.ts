import * as ApiProxy from '@kinvolk/headlamp-plugin/lib/ApiProxy';
import { GROUP, KIND_NAMES, KINDS, type KindName, VERSION } from './names';

/** Which of our kinds a cluster has. Asked anew after a while: charts are installed and upgraded. */
export interface Served {
  kinds: KindName[];
}

const FRESH = 30_000;
const known = new Map<string, { at: number; served: Promise<Served> }>();
const answers = new Map<string, Served>();

async function ask(cluster: string): Promise<Served> {
  try {
    const list = await ApiProxy.clusterRequest(`/apis/${GROUP}/${VERSION}`, {
      cluster,
      autoLogoutOnAuthError: false,
    });
    const plurals: string[] = (list.resources ?? []).map((one: { name: string }) => one.name);
    return { kinds: KIND_NAMES.filter(name => plurals.includes(KINDS[name].plural)) };
  } catch (error) {
    // the group is not served; everything else is no answer
    if ((error as { status?: number }).status === 404) return { kinds: [] };
    throw error;
  }
}

/** Asks the cluster, at most once in half a minute. Fails with what the API server said. */
export function served(cluster: string): Promise<Served> {
  const before = known.get(cluster);
  if (before && Date.now() - before.at < FRESH) return before.served;
  const now = ask(cluster).then(answer => {
    answers.set(cluster, answer);
    return answer;
  });
  now.catch(() => known.delete(cluster));
  known.set(cluster, { at: Date.now(), served: now });
  return now;
}

/** The last answer, if there was one. */
export function lastServed(cluster: string): Served | undefined {
  return answers.get(cluster);
}
