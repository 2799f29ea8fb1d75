{{/* A number of pods, from a number or a percentage of a total; a percentage is rounded up, as Kubernetes does it. */}}
{{- define "latest-image.podCount" -}}
{{- $value := .value | toString -}}
{{- if hasSuffix "%" $value -}}
{{ div (add (mul (trimSuffix "%" $value | int) (int .total)) 99) 100 }}
{{- else -}}
{{ int $value }}
{{- end -}}
{{- end }}

{{- define "latest-image.checks" -}}
{{- $minReplicas := include "latest-image.minReplicas" . | int }}
{{- if not .Values.enabled }}
{{- fail "enabled is false, and it is only for the condition of a chart that this one is part of: nothing here looks at it. Leave it out, and install the chart only where it is wanted." }}
{{- end }}
{{- /* More than 53 characters are refused by Helm itself. */}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" .Release.Name) }}
{{- fail (printf "The release name %q is not one: every object has it, and a Service's is of a-z, 0-9 and -, begins with a letter and does not end with - (RFC 1035)." .Release.Name) }}
{{- end }}
{{- with .Values.timing }}
{{- if lt (include "latest-image.graceSeconds" $ | int) (include "latest-image.neededGraceSeconds" $ | int) }}
{{- fail (printf "terminationGracePeriodSeconds is %d, and a pod may need preStopSeconds %d + drainSeconds %d + uploadTimeoutSeconds %d + stopMarginSeconds %d = %s s to end: it would be killed with transfers under way. Leave it null, or shorten one of these." (int $.Values.terminationGracePeriodSeconds) (int .preStopSeconds) (int .drainSeconds) (int .uploadTimeoutSeconds) (int .stopMarginSeconds) (include "latest-image.neededGraceSeconds" $)) }}
{{- end }}
{{- end }}
{{- with .Values.probes.readiness.timeoutSeconds }}
{{- if lt (int .) (include "latest-image.neededReadinessTimeoutSeconds" $ | int) }}
{{- fail (printf "probes.readiness.timeoutSeconds is %d, and with storageTimeoutSeconds %d an answer may take %s s: while the storage hangs, pods would be taken out that can say how they are. Leave it null." (int .) (int $.Values.timing.storageTimeoutSeconds) (include "latest-image.neededReadinessTimeoutSeconds" $)) }}
{{- end }}
{{- end }}

{{- if le (int .Values.progressDeadlineSeconds) (int .Values.minReadySeconds) }}
{{- fail (printf "progressDeadlineSeconds is %d, and minReadySeconds is %d: every rollout would count as failed before its first pod counts as available, so Kubernetes refuses it. Make progressDeadlineSeconds larger; it also has to cover pulling the image and the start." (int .Values.progressDeadlineSeconds) (int .Values.minReadySeconds)) }}
{{- end }}

{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas %d is more than maxReplicas %d." (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- if and (include "latest-image.singleWriter" .) (or .Values.autoscaling.enabled (gt $minReplicas 1)) }}
{{- fail (printf "persistence.accessMode is %s, and there are to be several pods: only those on one node could have the volume, the others would never start. Take ReadWriteMany, or replicaCount 1 without autoscaling." .Values.persistence.accessMode) }}
{{- end }}
{{- with .Values.persistence.existingClaim }}
{{- $modes := dig "spec" "accessModes" list (lookup "v1" "PersistentVolumeClaim" $.Release.Namespace .) }}
{{- if and $modes (not (include "latest-image.singleWriter" $)) (not (has "ReadWriteMany" $modes)) }}
{{- fail (printf "persistence.accessMode is ReadWriteMany, and the claim %q (persistence.existingClaim) has only %s: a pod on another node could never start. Set persistence.accessMode to ReadWriteOnce and replicaCount to 1, without autoscaling, or name a claim that has ReadWriteMany." . (join ", " $modes)) }}
{{- end }}
{{- end }}
{{- if not (or (include "latest-image.singleWriter" .) (include "latest-image.podCount" (dict "value" .Values.strategy.maxSurge "total" $minReplicas) | int) (include "latest-image.podCount" (dict "value" .Values.strategy.maxUnavailable "total" $minReplicas) | int)) }}
{{- fail "strategy.maxSurge and strategy.maxUnavailable are both 0: no pod could be made before an old one is gone, and none may go, so nothing would ever be rolled out." }}
{{- end }}
{{- with .Values.podDisruptionBudget }}
{{- if and .enabled (gt $minReplicas 1) }}
{{- if kindIs "invalid" .minAvailable }}
{{- if eq (include "latest-image.podCount" (dict "value" .maxUnavailable "total" $minReplicas) | int) 0 }}
{{- fail (printf "podDisruptionBudget.maxUnavailable is %v: no pod might ever be evicted, so that no node could be drained. Take 1." .maxUnavailable) }}
{{- end }}
{{- else if ge (include "latest-image.podCount" (dict "value" .minAvailable "total" $minReplicas) | int) $minReplicas }}
{{- fail (printf "podDisruptionBudget.minAvailable is %v, and there may be only %d pods: none might ever be evicted, so that no node could be drained. Take less." .minAvailable $minReplicas) }}
{{- end }}
{{- end }}
{{- end }}

{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not (include "latest-image.hosts" . | fromJsonArray)) }}
{{- fail "ingress or httpRoute is enabled, and there is no host: without one, this release would take the requests for every other. Set hosts, or domain for <release>.<domain>." }}
{{- end }}
{{- with .Values.ingress }}
{{- if and .enabled (eq .pathType "Exact") }}
{{- fail (printf "ingress.pathType is Exact: only requests for %s itself would arrive, and the service is at /image and /upload. Take Prefix with the path /." .path) }}
{{- end }}
{{- if and .enabled (eq .pathType "Prefix") (ne .path "/") }}
{{- fail (printf "ingress.path is %s: the service would get requests for %s/image, and it is at /image and /upload. Take /, or pathType ImplementationSpecific and annotations with which your Ingress controller takes %s off." .path (trimSuffix "/" .path) (trimSuffix "/" .path)) }}
{{- end }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute is enabled without parentRefs: it would belong to no gateway and lead nobody here. Name the gateway." }}
{{- end }}

{{- $maxImageBytes := include "latest-image.bytes" .Values.maxImageSize | int64 }}
{{- if or (gt $maxImageBytes 2147483648) (lt $maxImageBytes 1) }}
{{- fail (printf "maxImageSize is %s, and the service takes from 1B to 2GiB: it would not start." .Values.maxImageSize) }}
{{- end }}
{{- if and (not .Values.persistence.existingClaim) (lt (include "latest-image.bytes" .Values.persistence.size | int64) (mul 2 $maxImageBytes)) }}
{{- fail (printf "persistence.size is %s, less than two images of maxImageSize %s: the one that is replaced is there until the new one is complete, so that every large upload would fail with 507." .Values.persistence.size .Values.maxImageSize) }}
{{- end }}

{{- with .Values.uploadToken }}
{{- if and .existingSecret (not .enabled) }}
{{- fail (printf "uploadToken.existingSecret is %q, and uploadToken.enabled is false: uploads would be open to all. Enable it, or take the name out." .existingSecret) }}
{{- end }}
{{- end }}
{{- with .Values.externalSecret }}
{{- if and .enabled (not (and .secretStoreRef.name .remoteRef.key)) }}
{{- fail "externalSecret is enabled, and secretStoreRef.name or remoteRef.key is empty: there would never be a secret to pull the image with." }}
{{- end }}
{{- end }}
{{- $own := list "APP_PORT" "IMAGE_DIR" "SPOOL_DIR" "SPOOL_SIZE" "MAX_IMAGE_SIZE" "MAX_CONCURRENT_UPLOADS" "MAX_CONNECTIONS" "UPLOAD_TOKEN_FILE" "STORAGE_TIMEOUT" "UPLOAD_TIMEOUT" "MIN_DATA_RATE" "DRAIN_TIME" "LOG_LEVEL" }}
{{- $names := dict }}
{{- range .Values.extraEnv }}
{{- if has .name $own }}
{{- fail (printf "extraEnv has %s, which the chart sets from a value of its own and reckons with: the two would contradict each other. Set that value." .name) }}
{{- end }}
{{- if hasKey $names .name }}
{{- fail (printf "extraEnv has %s twice: only one can count, and Helm 4 refuses both. Take one out." .name) }}
{{- end }}
{{- $_ := set $names .name true }}
{{- end }}
{{- range list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "pod-template-hash" }}
{{- if hasKey $.Values.podLabels . }}
{{- fail (printf "podLabels has %s, by which the Deployment and the Service find the pods: with another value, they would lose them. Take it out, or use a label of your own." .) }}
{{- end }}
{{- end }}
{{- end }}
