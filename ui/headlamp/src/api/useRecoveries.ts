import { useCluster } from '@kinvolk/headlamp-plugin/lib/k8s';
import { useEffect, useState } from 'react';
import { CLASSES, type Recovery } from './kinds';
import { KIND_NAMES, type KindName } from './names';
import { type Served, served } from './served';

/** Which kinds the current cluster has: undefined as long as that is not known. */
export function useServed(): { served?: Served; error?: Error } {
  const cluster = useCluster() ?? '';
  const [state, setState] = useState<{ served?: Served; error?: Error }>({});
  useEffect(() => {
    let current = true;
    served(cluster).then(
      answer => current && setState({ served: answer }),
      (error: Error) => current && setState({ error })
    );
    return () => {
      current = false;
    };
  }, [cluster]);
  return state;
}

/** What a list could not show, and why. */
export interface Unlisted {
  kind: KindName;
  error: Error & { status?: number };
}

export interface Recoveries {
  /** null while nothing has arrived. */
  items: Recovery[] | null;
  unlisted: Unlisted[];
}

/** All recoveries that the user may list, of every kind that the cluster has; kept up to date by watches. */
export function useRecoveries(): Recoveries {
  const items: Recovery[] = [];
  const unlisted: Unlisted[] = [];
  let arrived = 0;
  for (const kind of KIND_NAMES) {
    // always the same kinds in the same order
    const { items: some, error } = CLASSES[kind].useList({});
    if (error) unlisted.push({ kind, error });
    if (error || some) arrived++;
    if (some) items.push(...(some as Recovery[]));
  }
  return { items: arrived === 0 || (items.length === 0 && arrived < KIND_NAMES.length) ? null : items, unlisted };
}
