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
    serviceDns: {{ .Release.Name }}-nodes.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
  tls:
    certificate: /run/secrets/portcullis/tls.crt
    key: /run/secrets/portcullis/tls.key
    ca: /run/secrets/portcullis/ca.crt
  # Hazelcast's port has neither TLS nor authentication: the policy closes it to all but the nodes.
  trustedNetwork: {{ .Values.networkPolicy.enabled }}
{{- end }}

{{- define "portcullis.config" -}}
{{- mergeOverwrite (fromYaml (include "portcullis.base" .)) (deepCopy .Values.config) | toJson -}}
{{- end }}

{{/* Which pods are the nodes. */}}
{{- define "portcullis.selector" -}}
app.kubernetes.io/name: portcullis
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "portcullis.labels" -}}
{{ include "portcullis.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
