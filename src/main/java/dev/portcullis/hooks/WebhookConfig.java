package dev.portcullis.hooks;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.resilience.CircuitBreaker;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The section {@code hooks.http}.
 *
 * @param secret signs the requests
 * @param bounds of the calls
 * @param ca the text of the certificates that are trusted instead of those of the JDK
 */
public record WebhookConfig(OutgoingUrl url, Secret secret, OutgoingConfig bounds, Optional<String> ca) {
    private static final int MIN_SECRET_BYTES = 32;
    private static final int ANSWER_BYTES = 16_384;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");
    private static final long DEADLINE_MS = 5_000;
    private static final int IN_FLIGHT = 16;

    /** Empty without a {@code url}. */
    static Optional<WebhookConfig> read(Section http) {
        Optional<String> url = http.optionalText(
                "url", "URL of the application that is told what happened: https, or http to this machine");
        Optional<Secret> secret = http.secret(
                "secret",
                "signs the requests (HMAC-SHA-256 over time, id and body); at least 32 bytes, from {\"$env\": …} or"
                        + " {\"$file\": …}");
        secret.filter(key -> key.bytes().length < MIN_SECRET_BYTES)
                .ifPresent(key -> http.problem("secret", "is too short", "at least 32 bytes are needed"));
        OutgoingConfig bounds = bounds(http);
        Optional<String> ca = http.pem(
                        "ca",
                        Pem.Content.CERTIFICATE,
                        "path of a PEM file with the authorities to trust instead of the JDK's")
                .flatMap(Pem::text);
        if (url.isPresent() && secret.isEmpty()) {
            http.problem("secret", "is missing", "an application must know that events are from here (CWE-345)");
        }
        return url.flatMap(text -> parsed(http, text))
                .flatMap(parsed -> secret.map(key -> new WebhookConfig(parsed, key, bounds, ca)));
    }

    private static OutgoingConfig bounds(Section http) {
        long deadlineMs =
                http.millis("deadlineMs", DEADLINE_MS, 100, 60_000, "how long an answer may take, until its last byte");
        int inFlight =
                http.integer("inFlight", IN_FLIGHT, 1, 256, "requests at a time of one node, each of another lane");
        Set<String> internalHosts =
                http.texts("internalHosts", List.of(), HOST, "hosts of url that may have private addresses").stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        CircuitBreaker.Config breaker = CircuitBreaker.Config.read(http.section("breaker"));
        return new OutgoingConfig(deadlineMs, ANSWER_BYTES, inFlight, inFlight, internalHosts, breaker);
    }

    private static Optional<OutgoingUrl> parsed(Section http, String text) {
        Optional<OutgoingUrl> url = OutgoingUrl.parse(text);
        if (url.isEmpty()) {
            http.problem(
                    "url",
                    "is no URL that events are sent to",
                    "write https://…, or http:// and this machine (CWE-319)");
        }
        return url;
    }
}
