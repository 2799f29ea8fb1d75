{{- $slug := regexReplaceAll "[^a-zA-Z0-9]+" .branch "-" | lower | trimAll "-" | trunc 40 | trimSuffix "-" -}}
{{- if not $slug }}{{ $slug = "b" }}{{ else if not (regexMatch "^[a-z]" $slug) }}{{ $slug = printf "b-%s" $slug }}{{ end -}}
{{- printf "%s-%s" $slug (sha256sum .branch | trunc 10) -}}
