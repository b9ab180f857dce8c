package dev.portcullis.cluster;

import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * How Hazelcast's own plug-in finds the nodes in Kubernetes: by the DNS of a headless service, or by asking the API for a
 * service, which needs a role that may read endpoints.
 */
public record KubernetesConfig(Optional<String> serviceDns, Optional<String> service, Optional<String> namespace) {
    static Optional<KubernetesConfig> read(Section section) {
        KubernetesConfig kubernetes = new KubernetesConfig(
                section.optionalText("serviceDns", "name of a headless service whose addresses are the nodes"),
                section.optionalText("service", "name of a service that the Kubernetes API knows the nodes of"),
                section.optionalText("namespace", "where that service is; without it where this node runs"));
        if (kubernetes.serviceDns.isPresent() && kubernetes.service.isPresent()) {
            section.problem("service", "stands beside serviceDns", "leave one of both out");
        }
        if (kubernetes.namespace.isPresent() && kubernetes.service.isEmpty()) {
            section.problem("service", "is missing", "a namespace says where a service is: name the service");
        }
        return kubernetes.serviceDns.isPresent() || kubernetes.service.isPresent()
                ? Optional.of(kubernetes)
                : Optional.empty();
    }
}
