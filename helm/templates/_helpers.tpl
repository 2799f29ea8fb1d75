{{/* Which objects are one release's. They are the selectors' labels as well, so they never change. */}}
{{- define "latest-image.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: server
{{- end }}

{{/* The pod of helm test, which the Service must not find. */}}
{{- define "latest-image.testLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: test
{{- end }}

{{/*
The recommended labels, for everything but the pod template: two of them change with the chart's version, and a change of the
pod template restarts the pods. A digest is no label value, and a tag is one unless it is longer than 63 characters.
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
The secret that the operator makes. Not the release's name alone, which the upload token's Secret has; and with a dot, which
no release name has, so that it is no other release's name either.
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

{{/* The fewest pods that are wanted at any time. */}}
{{- define "latest-image.minReplicas" -}}
{{ ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled | int }}
{{- end }}

{{/*
How many pods the manifest of the Deployment asks for; nothing where that is only for the autoscaler to say.

A field that was in the last manifest and is not in this one is deleted, and the API server then sets its default, which is one
pod. So on a Deployment whose last manifest had a number, a number stays: the live one, with which nothing changes. The last
manifest had one where there was no autoscaler, or where it said so in an annotation. In a manifest that never had a number none
begins: a rollback would set the old one again. Argo CD renders without a cluster, and gets none (docs/deploying.md).
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
preStop's sleep is on by default since Kubernetes 1.30. Before, the API server drops it, and the empty hook that is left is
refused; and the image has no program that sleeps. There the service itself does the waiting, with a longer DRAIN_TIME: it
answers all requests in that time too. What is lost is that connections that are kept open get "Connection: close" from the
first second on.
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
From the moment that a pod is told to end until its last process must have ended. The clock runs during preStop as well.

  preStop │ drain: all is answered │ transfers under way finish │ the process ends
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

{{/* Longer than the service takes to find that the volume does not answer: its deadline, an eighth of it, and 1 s to tell. */}}
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
