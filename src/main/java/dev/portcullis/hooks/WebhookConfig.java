package dev.portcullis.hooks;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.http.outgoing.ServiceSettings;
import dev.portcullis.resilience.CircuitBreaker;
import java.util.Optional;

/** The section {@code hooks.http}. */
public record WebhookConfig(OutgoingUrl url, Secret secret, OutgoingConfig bounds, Optional<String> ca) {

    /** Empty without a {@code url}. */
    static Optional<WebhookConfig> read(Section http, CircuitBreaker.Config breaker) {
        Optional<String> url = http.basic()
                .optionalText(
                        "url", "URL of the application that is told what happened: https, or http to this machine");
        Optional<Secret> secret = ServiceSettings.signingSecret(http, " over time, id and body");
        OutgoingConfig bounds = bounds(http, breaker);
        Optional<String> ca = ServiceSettings.authorities(http);
        if (url.isPresent() && secret.isEmpty()) {
            http.problem("secret", "is missing", "an application must know that events are from here (CWE-345)");
        }
        return ServiceSettings.url(http, url, "events are sent to")
                .flatMap(parsed -> secret.map(key -> new WebhookConfig(parsed, key, bounds, ca)));
    }

    private static OutgoingConfig bounds(Section http, CircuitBreaker.Config breaker) {
        long deadlineMs = http.millis("deadlineMs", 5_000, 100, 60_000, "how long an answer may take");
        int inFlight = http.integer(
                "inFlight",
                16,
                1,
                256,
                "requests at a time of one node: one of each lane, and one of what waits aside there");
        return ServiceSettings.bounds(http, deadlineMs, 16_384, inFlight, breaker);
    }
}
