package dev.portcullis.cluster;

import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * How Hazelcast's own plug-in finds the nodes in Kubernetes: by the DNS of a headless service, or by reading the
 * endpoints of a service from the API, which needs a role that may do so.
 */
public record KubernetesConfig(Optional<String> serviceDns, Optional<String> service, Optional<String> namespace) {
    static Optional<KubernetesConfig> read(Section section) {
        KubernetesConfig kubernetes = new KubernetesConfig(
                section.optionalText("serviceDns", "name of a headless service whose addresses are the nodes"),
                section.optionalText(
                        "service", "name of a service whose endpoints in the Kubernetes API are the nodes"),
                section.optionalText("namespace", "namespace of that service; by default the one of this node"));
        if (kubernetes.serviceDns.isPresent() && kubernetes.service.isPresent()) {
            section.problem("service", "is set together with serviceDns", "leave one of both out");
        }
        if (kubernetes.namespace.isPresent() && kubernetes.service.isEmpty()) {
            section.problem("service", "is missing", "a namespace needs a service: name it");
        }
        return kubernetes.serviceDns.isPresent() || kubernetes.service.isPresent()
                ? Optional.of(kubernetes)
                : Optional.empty();
    }
}
