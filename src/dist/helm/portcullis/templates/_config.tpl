{{/* What the chart sets. values.config is laid over it. */}}
{{- define "portcullis.base" -}}
node:
  name: {$env: POD_NAME}
http:
  host: 0.0.0.0
  port: 8080
  # The demo and the reference are for developers.
  pages: false
admin:
  host: 0.0.0.0
  port: 9090
  # Prometheus asks by the address of the pod.
  hosts: [localhost, 127.0.0.1, {$env: POD_IP}]
  apiKey: {$file: /run/secrets/portcullis/admin-api-key}
  # Plain HTTP, to those whom the policy lets in.
  trustedNetwork: {{ .Values.networkPolicy.enabled }}
tls:
  # By X-Forwarded-Proto of the ingress.
  required: true
rooms:
  public: []
audit:
  file:
    path: /var/lib/portcullis/audit
store:
  kind: redis
  redis:
    uri: {$file: /run/secrets/portcullis/redis-uri}
drain:
  windowMs: 10000
cluster:
  enabled: true
  name: portcullis
  host: {$env: POD_IP}
  port: 5701
  bus:
    port: 5702
  kubernetes:
    serviceDns: {{ include "portcullis.name" . }}-nodes.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
  tls:
    certificate: /run/secrets/portcullis/tls.crt
    key: /run/secrets/portcullis/tls.key
    ca: /run/secrets/portcullis/ca.crt
  # Hazelcast's port has neither TLS nor authentication: the policy closes it to all but the nodes.
  trustedNetwork: {{ .Values.networkPolicy.enabled }}
{{- end }}

{{- define "portcullis.config" -}}
{{- include "portcullis.closed" (dict "path" "config" "value" .Values.config) -}}
{{- mergeOverwrite (fromYaml (include "portcullis.base" .)) (deepCopy .Values.config) | toJson -}}
{{- end }}

{{/* The configuration is in a ConfigMap, which many may read, so a secret in it is the name of a file or of a variable. */}}
{{- define "portcullis.closed" -}}
{{- $path := .path -}}
{{- if kindIs "map" .value -}}
{{- range $key, $value := .value -}}
{{- if and (kindIs "string" $value) (regexMatch "([sS]ecret(Key)?|[pP]assword|apiKey)$" $key) -}}
{{- fail (printf "%s.%s is in plain text: put it in a secret, and write {$file: /run/secrets/portcullis/NAME}" $path $key) -}}
{{- end -}}
{{- if and (kindIs "string" $value) (regexMatch "://[^/]*@" $value) -}}
{{- fail (printf "%s.%s has a password in plain text: put it in a secret, and write {$file: /run/secrets/portcullis/NAME}" $path $key) -}}
{{- end -}}
{{- include "portcullis.closed" (dict "path" (printf "%s.%s" $path $key) "value" $value) -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- range $index, $value := .value -}}
{{- include "portcullis.closed" (dict "path" (printf "%s[%d]" $path $index) "value" $value) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Of all that the release makes. A name that Helm takes may be none for a service (dots, a digit first), or leave pods no room
     for the label that Kubernetes makes of it. */}}
{{- define "portcullis.name" -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$" .Release.Name) -}}
{{- fail (printf "release name %s: give it a letter first, then letters, digits and -, at most 52 in all" .Release.Name) -}}
{{- end -}}
{{- .Release.Name -}}
{{- end }}

{{/* Which pods are the nodes. */}}
{{- define "portcullis.selector" -}}
app.kubernetes.io/name: portcullis
app.kubernetes.io/instance: {{ include "portcullis.name" . }}
{{- end }}

{{- define "portcullis.labels" -}}
{{ include "portcullis.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
