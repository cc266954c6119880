{{/*
A role of Salvor and its binding. Arguments: root, name, rules, and namespace for a Role; without it a ClusterRole.
*/}}
{{- define "salvor.role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ ternary "Role" "ClusterRole" (hasKey . "namespace") }}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {app.kubernetes.io/name: salvor}
rules:
{{ trim .rules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ ternary "RoleBinding" "ClusterRoleBinding" (hasKey . "namespace") }}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {app.kubernetes.io/name: salvor}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{ ternary "Role" "ClusterRole" (hasKey . "namespace") }}, name: {{ .name }}}
subjects:
- {kind: ServiceAccount, name: {{ .root.Release.Name }}, namespace: {{ .root.Release.Namespace }}}
{{- end }}

{{/*
Rights on namespaced objects: everywhere by a ClusterRole, or by Roles in watchNamespaces, with "also" in those namespaces too.
Arguments: root, name, rules, also (optional).
*/}}
{{- define "salvor.grant" -}}
{{- $grant := . }}
{{- if .root.Values.watchNamespaces }}
{{- range uniq (concat .root.Values.watchNamespaces (.also | default list)) }}
---
{{ include "salvor.role" (dict "root" $grant.root "name" $grant.name "namespace" . "rules" $grant.rules) }}
{{- end }}
{{- else }}
---
{{ include "salvor.role" (dict "root" $grant.root "name" $grant.name "rules" $grant.rules) }}
{{- end }}
{{- end }}
