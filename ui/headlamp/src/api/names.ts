export const GROUP = 'recovery.salvor.dev';
export const VERSION = 'v1alpha1';
export const LIST_PATH = '/salvor/recoveries';

export type KindName = 'NamespaceRestore' | 'PostgresRecovery' | 'ArchiveReset' | 'NodeLossRecovery' | 'VolumeRecovery';

export interface Kind {
  plural: string;
  short: string;
  namespaced: boolean;
  /** Name of the route to the page of one. */
  route: string;
  /** What it is for, for somebody who has never seen one. */
  answers: string;
}

function kind(plural: string, short: string, answers: string, namespaced = true): Kind {
  return { plural, short, namespaced, answers, route: 'salvor-' + plural };
}

export const KINDS: Record<KindName, Kind> = {
  NamespaceRestore: kind('namespacerestores', 'nsr', 'puts a namespace or its volumes back as they were at a backup'),
  PostgresRecovery: kind('postgresrecoveries', 'pgr', 'recovers a CloudNativePG cluster to a moment'),
  ArchiveReset: kind('archiveresets', 'arr', 'gives a CloudNativePG cluster a sound archive'),
  NodeLossRecovery: kind('nodelossrecoveries', 'nlr', 'brings back what was on a node that is gone', false),
  VolumeRecovery: kind('volumerecoveries', 'vr', 'puts one claim back from one source'),
};

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

export function isKind(name: string | undefined): name is KindName {
  return name !== undefined && name in KINDS;
}

/** The path of the page of one recovery, with parameters for the router. */
export function detailPath(name: KindName): string {
  const { plural, namespaced } = KINDS[name];
  return `/salvor/${plural}${namespaced ? '/:namespace' : ''}/:name`;
}
