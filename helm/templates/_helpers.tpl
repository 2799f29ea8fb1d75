{{/* Labels that identify the objects of one release. Selectors use them too, so they never change. */}}
{{- define "latest-image.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: server
{{- end }}

{{/* Labels of the pod of helm test, which the Service must not select. */}}
{{- define "latest-image.testLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: test
{{- end }}

{{/*
The recommended labels, for everything but the pod template: two of them change with the chart's version, and a change of the
pod template restarts the pods. A digest is not a valid label value; a tag is one, unless it is longer than 63 characters.
*/}}
{{- define "latest-image.labels" -}}
{{ include "latest-image.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | trimAll "-_." | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_." | quote }}
{{- end }}

{{- define "latest-image.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{/*
The secret that the operator creates. It is not named like the release, because the Secret of the tokens is. It has a dot, which
no release name has, so it is never another release's name.
*/}}
{{- define "latest-image.pullSecretName" -}}
{{ .Release.Name }}.registry
{{- end }}

{{- define "latest-image.imagePullSecrets" -}}
{{- if .Values.externalSecret.enabled }}
imagePullSecrets:
  - name: {{ include "latest-image.pullSecretName" . | quote }}
{{- else if .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml .Values.imagePullSecrets | nindent 2 }}
{{- end }}
{{- end }}

{{- define "latest-image.uploadTokenSecretName" -}}
{{ .Values.uploadToken.existingSecret | default .Release.Name }}
{{- end }}

{{- define "latest-image.readTokenSecretName" -}}
{{ .Values.readToken.existingSecret | default .Release.Name }}
{{- end }}

{{- define "latest-image.claimName" -}}
{{ .Values.persistence.existingClaim | default .Release.Name }}
{{- end }}

{{- define "latest-image.tlsSecretName" -}}
{{ .Values.ingress.tls.secretName | default (printf "%s.tls" .Release.Name) }}
{{- end }}

{{/* The hosts, as a JSON array. */}}
{{- define "latest-image.hosts" -}}
{{- $hosts := .Values.hosts -}}
{{- with .Values.domain -}}
{{- $hosts = append $hosts (printf "%s.%s" $.Release.Name .) -}}
{{- end -}}
{{ $hosts | uniq | toJson }}
{{- end }}

{{- define "latest-image.serviceAccountName" -}}
{{ .Values.serviceAccount.name | default (ternary .Release.Name "" .Values.serviceAccount.create) }}
{{- end }}

{{/* The smallest configured number of pods. */}}
{{- define "latest-image.minReplicas" -}}
{{ ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled | int }}
{{- end }}

{{/*
spec.replicas of the Deployment; empty if only the autoscaler sets it (docs/decisions/0207-replicas-under-an-autoscaler.md).

If a field was in the last manifest and is not in this one, it is deleted, and the API server sets its default of one pod. So if
the last manifest had the field, this one keeps it, with the live number, which changes nothing. The last manifest had the field if
there was no autoscaler, or if an annotation says so. If no manifest ever had the field, none is added, because a rollback would
set an old number. Argo CD renders without a cluster and gets no number (docs/deploying.md).
*/}}
{{- define "latest-image.replicas" -}}
{{- if .Values.autoscaling.enabled -}}
{{- $live := lookup "apps/v1" "Deployment" .Release.Namespace .Release.Name -}}
{{- $autoscaler := lookup "autoscaling/v2" "HorizontalPodAutoscaler" .Release.Namespace .Release.Name -}}
{{- $kept := dig "metadata" "annotations" "latest-image.io/replicas" "" $live -}}
{{- if and $live (or $kept (not $autoscaler)) -}}
{{ max .Values.autoscaling.minReplicas $live.spec.replicas }}
{{- end -}}
{{- else -}}
{{ .Values.replicaCount }}
{{- end -}}
{{- end }}

{{- define "latest-image.singleWriter" -}}
{{ ternary "" "true" (eq .Values.persistence.accessMode "ReadWriteMany") }}
{{- end }}

{{/* Bytes of a size such as 20MiB (the service's notation) or 1Gi (that of Kubernetes). */}}
{{- define "latest-image.bytes" -}}
{{- $factors := dict "" 1 "B" 1
      "kB" 1000 "MB" 1000000 "GB" 1000000000
      "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776
      "KiB" 1024 "MiB" 1048576 "GiB" 1073741824 -}}
{{ mul (regexFind "^[0-9]+" .) (get $factors (regexFind "[A-Za-z]*$" .)) }}
{{- end }}

{{/* The same in MiB, rounded up. */}}
{{- define "latest-image.mebibytes" -}}
{{ div (add (include "latest-image.bytes" .) 1048575) 1048576 }}
{{- end }}

{{/*
Whether preStop can sleep: by default since Kubernetes 1.30. Before, the API server drops the action and rejects the empty hook, and
the image has no program that sleeps. There the service itself waits, with a longer DRAIN_TIME, and answers all requests meanwhile.
The only difference: open connections get "Connection: close" from the first second on
(docs/decisions/0202-prestop-before-kubernetes-1.30.md).
*/}}
{{- define "latest-image.hasSleep" -}}
{{ ternary "true" "" (semverCompare ">=1.30-0" .Capabilities.KubeVersion.Version) }}
{{- end }}

{{- define "latest-image.drainSeconds" -}}
{{- with .Values.timing -}}
{{ include "latest-image.hasSleep" $ | eq "true" | ternary .drainSeconds (add .drainSeconds .preStopSeconds) | int }}
{{- end -}}
{{- end }}

{{/*
Time from the deletion of a pod until its last process must have ended. The clock also runs during preStop
(docs/decisions/0200-termination-grace-period.md).

  preStop │ drain: all is answered │ transfers in flight finish │ the process ends
     5 s  +          10 s          +            60 s            +      10 s        =  85 s
*/}}
{{- define "latest-image.neededGraceSeconds" -}}
{{- with .Values.timing -}}
{{ add .preStopSeconds .drainSeconds .uploadTimeoutSeconds .stopMarginSeconds }}
{{- end -}}
{{- end }}

{{- define "latest-image.graceSeconds" -}}
{{ .Values.terminationGracePeriodSeconds | default (include "latest-image.neededGraceSeconds" .) | int }}
{{- end }}

{{/* Longer than the service takes to notice that the volume does not answer: its deadline, an eighth of it, and 1 s for the response. */}}
{{- define "latest-image.neededReadinessTimeoutSeconds" -}}
{{- $deadline := int .Values.timing.storageTimeoutSeconds -}}
{{ add $deadline (div (add $deadline 7) 8) 1 }}
{{- end }}

{{- define "latest-image.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
