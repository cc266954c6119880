{{/* What is cluster-scoped by nature. */}}
{{- define "salvor.rules.cluster" -}}
# looks
- apiGroups: [""]
  resources: [namespaces, nodes, persistentvolumes]
  verbs: [get, list]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses, volumeattachments, csidrivers]
  verbs: [get, list]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotcontents, volumesnapshotclasses]
  verbs: [get, list]
# whether its own admission policies are in force
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingadmissionpolicies, validatingadmissionpolicybindings]
  verbs: [get, list]
# which version of an operator is there is read from the schema of its kinds
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  verbs: [get, list]
# the shadow namespaces
- apiGroups: [""]
  resources: [namespaces]
  verbs: [create, patch, delete]
# which claim a volume waits for, and what becomes of it
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [patch]
{{- end }}

{{/* Its own kinds, as far as they are namespaced. */}}
{{- define "salvor.rules.own" -}}
# its own kinds
- apiGroups: [recovery.salvor.dev]
  resources: [namespacerestores, postgresrecoveries, archiveresets, volumerecoveries]
  verbs: [get, list, watch, patch, update]
- apiGroups: [recovery.salvor.dev]
  resources: [namespacerestores/status, namespacerestores/finalizers, postgresrecoveries/status, postgresrecoveries/finalizers, archiveresets/status, archiveresets/finalizers, volumerecoveries/status, volumerecoveries/finalizers]
  verbs: [get, patch, update]
{{- end }}

{{/* What it looks at in a namespace. */}}
{{- define "salvor.rules.looks" -}}
- apiGroups: [""]
  resources: [pods, podtemplates, persistentvolumeclaims, services, endpoints, configmaps, serviceaccounts, events, resourcequotas, limitranges, replicationcontrollers]
  verbs: [get, list]
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets, controllerrevisions]
  verbs: [get, list]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [get, list]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list]
- apiGroups: [discovery.k8s.io, events.k8s.io]
  resources: [endpointslices, events]
  verbs: [get, list]
# what a deleted Cluster leaves behind: the Lease of its primary
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, list]
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: [get, list]
{{- end }}

{{/* What it fills and proves a copy with: also in a shadow namespace. */}}
{{- define "salvor.rules.copies" -}}
- apiGroups: [""]
  resources: [persistentvolumeclaims, pods]
  verbs: [create, patch, delete]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [create]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{/* What it holds and scales. */}}
{{- define "salvor.rules.holds" -}}
- apiGroups: [""]
  resources: [replicationcontrollers]
  verbs: [patch, delete]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create, patch]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets]
  verbs: [patch, delete]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [patch]
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: [patch]
{{- end }}

{{/* All of that in a namespace whose recoveries are run. */}}
{{- define "salvor.rules.namespace" -}}
{{ include "salvor.rules.own" . }}
# looks
{{ include "salvor.rules.looks" . }}
# what it fills, holds, scales and exchanges; every deletion is checked by the admission policy
{{ include "salvor.rules.copies" . }}
{{ include "salvor.rules.holds" . }}
{{- end }}
