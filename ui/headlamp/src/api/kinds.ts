import { KubeObject } from '@kinvolk/headlamp-plugin/lib/k8s/cluster';
import type { RecoveryJson, Spec, Status } from './types';
import { GROUP, KINDS, type KindName, VERSION } from './names';

/** What every recovery has; one class per kind, as Headlamp wants it. */
export class Recovery extends KubeObject<any> {
  static apiVersion = `${GROUP}/${VERSION}`;

  get json(): RecoveryJson {
    return this.jsonData as unknown as RecoveryJson;
  }

  get spec(): Spec {
    return this.json.spec ?? {};
  }

  get status(): Status {
    return this.json.status ?? {};
  }
}

export type RecoveryClass = typeof Recovery;

function classOf(name: KindName): RecoveryClass {
  const { plural, namespaced, route } = KINDS[name];
  return class extends Recovery {
    static kind = name;
    static apiName = plural;
    static isNamespaced = namespaced;

    static get detailsRoute() {
      return route;
    }

    static get listRoute() {
      return 'salvorRecoveries';
    }
  };
}

export const CLASSES = Object.fromEntries(
  (Object.keys(KINDS) as KindName[]).map(name => [name, classOf(name)])
) as Record<KindName, RecoveryClass>;

/** Of Velero. */
export class Backup extends KubeObject<any> {
  static apiVersion = 'velero.io/v1';
  static kind = 'Backup';
  static apiName = 'backups';
  static isNamespaced = true;
}
