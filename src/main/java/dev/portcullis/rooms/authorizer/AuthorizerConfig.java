package dev.portcullis.rooms.authorizer;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.AskedService;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.http.outgoing.ServiceSettings;
import dev.portcullis.resilience.CircuitBreaker;
import java.util.List;
import java.util.Optional;

/** The section {@code rooms.authorizer.http}. */
public record AuthorizerConfig(
        OutgoingUrl url,
        Optional<Secret> secret,
        OutgoingConfig bounds,
        int remembered,
        long rememberMs,
        Optional<String> ca)
        implements AskedService.Settings {

    /** The settings; empty without a {@code url}. */
    public static Optional<AuthorizerConfig> read(Section http, CircuitBreaker.Config breaker) {
        return read(http, breaker, "whether a user may enter a room which nothing else opens");
    }

    /** @param asked the question that the application is asked */
    public static Optional<AuthorizerConfig> read(Section http, CircuitBreaker.Config breaker, String asked) {
        Optional<String> url = http.basic()
                .optionalText(
                        "url",
                        "URL of the application that is asked " + asked
                                + " (application-hooks.md): https, or http to this machine");
        Optional<Secret> secret = ServiceSettings.signingSecret(http, "");
        OutgoingConfig bounds = bounds(http, breaker);
        int remembered = http.integer("remembered", 10_000, 1, 1_000_000, "answers that a node keeps");
        long rememberMs = http.millis(
                "rememberMs",
                30_000,
                100,
                600_000,
                "how long each of them is kept, and so how long a user may enter and write whom the application no longer"
                        + " allows; who is in the room hears it until removed");
        Optional<String> ca = ServiceSettings.authorities(http);
        return ServiceSettings.url(http, url, "is asked about users")
                .map(parsed -> new AuthorizerConfig(parsed, secret, bounds, remembered, rememberMs, ca));
    }

    /** The settings that all nodes of a cluster should have in common. */
    public List<String> parts() {
        return List.of(url.host(), Integer.toString(url.port()), url.target());
    }

    private static OutgoingConfig bounds(Section http, CircuitBreaker.Config breaker) {
        long deadlineMs = http.millis(
                "deadlineMs", 500, 10, 4_000, "how long an answer may take, until its last byte; below bus.deadlineMs");
        int inFlight = http.integer(
                "inFlight",
                64,
                1,
                10_000,
                "calls at a time of one node, of one user a sixteenth, at least 1; a question beyond counts as one without an answer");
        return ServiceSettings.bounds(http, deadlineMs, 4_096, inFlight, breaker);
    }
}
