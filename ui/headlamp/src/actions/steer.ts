import * as ApiProxy from '@kinvolk/headlamp-plugin/lib/ApiProxy';
import type { Recovery } from '../api/kinds';
import { GROUP, isKind, KINDS, VERSION } from '../api/names';
import type { RecoveryJson } from '../api/types';
import { type Action, patchOf, stale } from '../model/actions';
import { refusal } from '../model/refusal';

/** Who wrote, in managedFields and thereby in status.commands of the recovery. */
const MANAGER = 'headlamp-salvor';

/** How often a recovery is read anew that changes while it is written to. */
const ATTEMPTS = 3;

function path(recovery: RecoveryJson): string {
  if (!isKind(recovery.kind)) throw new Error(`${recovery.kind} is no recovery`);
  const { namespace, name } = recovery.metadata;
  const scope = namespace ? `/namespaces/${namespace}` : '';
  return `/apis/${GROUP}/${VERSION}${scope}/${KINDS[recovery.kind].plural}/${name}`;
}

/**
 * Carries out an action under the user's own rights, on the recovery as it is now.
 *
 * @param typed the hash that the person read and typed; for approve only
 * @return why nothing was changed, or undefined if it was
 */
export async function steer(action: Action, recovery: Recovery, typed?: string): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(action, recovery, typed);
    } catch (error) {
      // somebody wrote in between, the operator for instance: what is there now decides
      if ((error as { status?: number }).status !== 409 || attempt === ATTEMPTS) return refusal(error);
    }
  }
}

async function once(action: Action, recovery: Recovery, typed?: string): Promise<string | undefined> {
  const { cluster } = recovery;
  const options = { cluster, autoLogoutOnAuthError: false };
  const now: RecoveryJson = await ApiProxy.clusterRequest(path(recovery.json), options);
  const no =
    now.metadata.uid === recovery.metadata.uid
      ? stale(action, now, typed)
      : 'This is another recovery of the same name; nothing was changed.';
  if (no !== undefined) return no;
  const url = `${path(recovery.json)}?fieldManager=${MANAGER}`;
  await ApiProxy.patch(url, patchOf(action, now, typed), false, { cluster });
  return undefined;
}
