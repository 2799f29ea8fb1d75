{{/* Converts a number or a percentage to a number of pods; a percentage is rounded up, as Kubernetes does. */}}
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
{{- fail "enabled is false, but only a parent chart evaluates it, as the condition of its dependency. Remove it, or do not install the chart." }}
{{- end }}
{{- /* More than 53 characters are refused by Helm itself. */}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" .Release.Name) }}
{{- fail (printf "The release name %q is invalid: all objects are named after it, and the name of a Service consists of a-z, 0-9 and -, begins with a letter and does not end with - (RFC 1035). Choose another name." .Release.Name) }}
{{- end }}
{{- with .Values.timing }}
{{- if lt (include "latest-image.graceSeconds" $ | int) (include "latest-image.neededGraceSeconds" $ | int) }}
{{- fail (printf "terminationGracePeriodSeconds is %d, but a pod may need preStopSeconds %d + drainSeconds %d + uploadTimeoutSeconds %d + stopMarginSeconds %d = %s s to terminate: it would be killed with transfers in flight. Leave it null, or reduce one of these." (int $.Values.terminationGracePeriodSeconds) (int .preStopSeconds) (int .drainSeconds) (int .uploadTimeoutSeconds) (int .stopMarginSeconds) (include "latest-image.neededGraceSeconds" $)) }}
{{- end }}
{{- end }}
{{- with .Values.probes.readiness.timeoutSeconds }}
{{- if lt (int .) (include "latest-image.neededReadinessTimeoutSeconds" $ | int) }}
{{- fail (printf "probes.readiness.timeoutSeconds is %d, but with storageTimeoutSeconds %d a response may take %s s: while the storage hangs, healthy pods would be removed from the Service. Leave it null." (int .) (int $.Values.timing.storageTimeoutSeconds) (include "latest-image.neededReadinessTimeoutSeconds" $)) }}
{{- end }}
{{- end }}

{{- if le (int .Values.progressDeadlineSeconds) (int .Values.minReadySeconds) }}
{{- fail (printf "progressDeadlineSeconds is %d, but minReadySeconds is %d: every rollout would count as failed before its first pod counts as available, so Kubernetes refuses these values. Increase progressDeadlineSeconds; it must also cover pulling the image and the start." (int .Values.progressDeadlineSeconds) (int .Values.minReadySeconds)) }}
{{- end }}

{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas %d is more than maxReplicas %d. Reduce the one or increase the other." (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- if and (include "latest-image.singleWriter" .) (or .Values.autoscaling.enabled (gt $minReplicas 1)) }}
{{- fail (printf "persistence.accessMode is %s, but the release has several pods: only pods on one node could mount the volume, the others would never start. Use ReadWriteMany, or replicaCount 1 without autoscaling." .Values.persistence.accessMode) }}
{{- end }}
{{- with .Values.persistence.existingClaim }}
{{- $modes := dig "spec" "accessModes" list (lookup "v1" "PersistentVolumeClaim" $.Release.Namespace .) }}
{{- if and $modes (not (include "latest-image.singleWriter" $)) (not (has "ReadWriteMany" $modes)) }}
{{- fail (printf "persistence.accessMode is ReadWriteMany, but the claim %q (persistence.existingClaim) has only %s: a pod on another node could never start. Set persistence.accessMode to ReadWriteOnce and replicaCount to 1, without autoscaling, or name a claim that has ReadWriteMany." . (join ", " $modes)) }}
{{- end }}
{{- end }}
{{- if not (or (include "latest-image.singleWriter" .) (include "latest-image.podCount" (dict "value" .Values.strategy.maxSurge "total" $minReplicas) | int) (include "latest-image.podCount" (dict "value" .Values.strategy.maxUnavailable "total" $minReplicas) | int)) }}
{{- fail "strategy.maxSurge and strategy.maxUnavailable are both 0: no pod may be added and none may be missing, so no rollout could ever begin. Set maxSurge to 1." }}
{{- end }}
{{- with .Values.podDisruptionBudget }}
{{- if and .enabled (gt $minReplicas 1) }}
{{- if kindIs "invalid" .minAvailable }}
{{- if eq (include "latest-image.podCount" (dict "value" .maxUnavailable "total" $minReplicas) | int) 0 }}
{{- fail (printf "podDisruptionBudget.maxUnavailable is %v: no pod could ever be evicted, so no node could be drained. Use 1." .maxUnavailable) }}
{{- end }}
{{- else if ge (include "latest-image.podCount" (dict "value" .minAvailable "total" $minReplicas) | int) $minReplicas }}
{{- fail (printf "podDisruptionBudget.minAvailable is %v, but there may be only %d pods: none could ever be evicted, so no node could be drained. Use a lower value." .minAvailable $minReplicas) }}
{{- end }}
{{- end }}
{{- end }}

{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not (include "latest-image.hosts" . | fromJsonArray)) }}
{{- fail "ingress or httpRoute is enabled, but no host is set: without one, this release would receive the requests of all others. Set hosts, or domain for <release>.<domain>." }}
{{- end }}
{{- with .Values.ingress }}
{{- if and .enabled (eq .pathType "Exact") }}
{{- fail (printf "ingress.pathType is Exact: only requests for %s itself would arrive, but the service is at /image and /upload. Use Prefix with the path /." .path) }}
{{- end }}
{{- if and .enabled (eq .pathType "Prefix") (ne .path "/") }}
{{- fail (printf "ingress.path is %s: the service would get requests for %s/image, but it is at /image and /upload. Use /, or pathType ImplementationSpecific and annotations that make your Ingress controller remove %s." .path (trimSuffix "/" .path) (trimSuffix "/" .path)) }}
{{- end }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute is enabled without parentRefs: the route would belong to no gateway and receive no requests. Set parentRefs to the gateway." }}
{{- end }}

{{- $maxImageBytes := include "latest-image.bytes" .Values.maxImageSize | int64 }}
{{- if or (gt $maxImageBytes 2147483648) (lt $maxImageBytes 1) }}
{{- fail (printf "maxImageSize is %s, but the service accepts 1B to 2GiB: it would not start. Choose a size in this range." .Values.maxImageSize) }}
{{- end }}
{{- if and (not .Values.persistence.existingClaim) (lt (include "latest-image.bytes" .Values.persistence.size | int64) (mul 2 $maxImageBytes)) }}
{{- fail (printf "persistence.size is %s, less than two images of maxImageSize %s: the old image stays until the new one is complete, so every large upload would fail with 507. Increase persistence.size." .Values.persistence.size .Values.maxImageSize) }}
{{- end }}

{{- with .Values.uploadToken }}
{{- if and .existingSecret (not .enabled) }}
{{- fail (printf "uploadToken.existingSecret is %q, but uploadToken.enabled is false: anybody could upload. Enable it, or remove the name." .existingSecret) }}
{{- end }}
{{- end }}
{{- with .Values.readToken }}
{{- if and .existingSecret (not .enabled) }}
{{- fail (printf "readToken.existingSecret is %q, but readToken.enabled is false: anybody could read. Enable it, or remove the name." .existingSecret) }}
{{- end }}
{{- if and .enabled $.Values.uploadToken.enabled (not (or .existingSecret $.Values.uploadToken.existingSecret)) (eq .key $.Values.uploadToken.key) }}
{{- fail (printf "readToken.key and uploadToken.key are both %q: readers would have the token of uploads. Choose another key." .key) }}
{{- end }}
{{- end }}
{{- with .Values.externalSecret }}
{{- if and .enabled (not (and .secretStoreRef.name .remoteRef.key)) }}
{{- fail "externalSecret is enabled, but secretStoreRef.name or remoteRef.key is empty: the pull secret could never be created. Set both." }}
{{- end }}
{{- end }}
{{- $own := list "APP_PORT" "IMAGE_DIR" "SPOOL_DIR" "SPOOL_SIZE" "MAX_IMAGE_SIZE" "MAX_CONCURRENT_UPLOADS" "MAX_CONNECTIONS" "UPLOAD_TOKEN_FILE" "READ_TOKEN_FILE" "CORS_ORIGINS" "MAX_AGE" "STORAGE_TIMEOUT" "UPLOAD_TIMEOUT" "MIN_DATA_RATE" "DRAIN_TIME" "LOG_LEVEL" }}
{{- $names := dict }}
{{- range .Values.extraEnv }}
{{- if has .name $own }}
{{- fail (printf "extraEnv has %s, which the chart sets itself and computes with: the two would contradict each other. Use the chart's value for it." .name) }}
{{- end }}
{{- if hasKey $names .name }}
{{- fail (printf "extraEnv has %s twice: only one can take effect, and Helm 4 refuses both. Remove one." .name) }}
{{- end }}
{{- $_ := set $names .name true }}
{{- end }}
{{- range list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "pod-template-hash" }}
{{- if hasKey $.Values.podLabels . }}
{{- fail (printf "podLabels has %s, by which the Deployment and the Service select the pods: with another value, they would lose them. Remove it, or use a label of your own." .) }}
{{- end }}
{{- end }}
{{- end }}
