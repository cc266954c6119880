#!/usr/bin/env bash
# One application back from a Velero file-system backup, as the runbook's scenario A1 does it by hand: destroy, then restore.
#
#   runbook-a1.sh NAMESPACE DEPLOYMENT CLAIM BACKUP
#   VELERO         the velero command (default: velero)
#   KUSTOMIZATION  a Flux Kustomization in flux-system to suspend meanwhile
set -euo pipefail
namespace=$1 deployment=$2 claim=$3 backup=$4
read -r -a velero <<<"${VELERO:-velero}"
flux() { [ -z "${KUSTOMIZATION:-}" ] || kubectl -n flux-system patch kustomization "$KUSTOMIZATION" --type=merge -p "{\"spec\":{\"suspend\":$1}}"; }

# A1.1, A1.2: is the backup there and usable
[ "$(kubectl -n velero get backup "$backup" -o jsonpath='{.status.phase}')" = Completed ]
# A1.5: GitOps must not bring the Deployment back
flux true
# A1.6 to A1.8: the Deployment, its ReplicaSets, the claim
kubectl -n "$namespace" delete deployment "$deployment"
kubectl -n "$namespace" delete replicaset -l "app=$deployment"
kubectl -n "$namespace" delete pvc "$claim"
# A1.9, A1.10: restore, and wait for the bytes
restore=runbook-$(date +%s)
"${velero[@]}" restore create "$restore" --from-backup "$backup" --include-namespaces "$namespace" --existing-resource-policy=none --wait
[ "$(kubectl -n velero get restore "$restore" -o jsonpath='{.status.phase}')" = Completed ]
# A1.11, A1.12: the application runs
kubectl -n "$namespace" rollout status "deployment/$deployment" --timeout=300s
# A1.13: back to GitOps
flux false
