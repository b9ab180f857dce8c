package dev.portcullis.http.outgoing;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.resilience.CircuitBreaker;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what the section of each service of the application has. */
public final class ServiceSettings {
    /** The length of a value of HMAC-SHA-256 (RFC 2104 section 3). */
    private static final int MIN_SECRET_BYTES = 32;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");

    private ServiceSettings() {}

    /**
     * @param text empty where there is no service
     * @param what the form that the text lacks, for the message
     */
    public static Optional<OutgoingUrl> url(Section service, Optional<String> text, String what) {
        Optional<OutgoingUrl> url = text.flatMap(OutgoingUrl::parse);
        if (text.isPresent() && url.isEmpty()) {
            service.problem("url", "is no URL that " + what, "write https://…, or http:// and this machine (CWE-319)");
        }
        return url;
    }

    /** @param over the text that is signed, for the reference */
    public static Optional<Secret> signingSecret(Section service, String over) {
        Optional<Secret> secret = service.basic()
                .secret(
                        "secret",
                        "signs the requests (HMAC-SHA-256" + over
                                + "); at least 32 bytes, from {\"$env\": …} or {\"$file\": …}");
        secret.filter(key -> key.bytes().length < MIN_SECRET_BYTES)
                .ifPresent(key -> service.problem("secret", "is too short", "at least 32 bytes are needed"));
        return secret;
    }

    /** All calls of a service have one target. */
    public static OutgoingConfig bounds(
            Section service, long deadlineMs, int answerBytes, int inFlight, CircuitBreaker.Config breaker) {
        return new OutgoingConfig(deadlineMs, answerBytes, inFlight, inFlight, internalHosts(service), breaker);
    }

    /**
     * The bounds for a service whose servers are others', such as those of strangers, so that its silence says nothing about
     * it.
     */
    public static OutgoingConfig boundsWithoutBreaker(Section service, long deadlineMs, int answerBytes, int inFlight) {
        return bounds(service, deadlineMs, answerBytes, inFlight, CircuitBreaker.Config.NEVER);
    }

    private static Set<String> internalHosts(Section service) {
        return service.texts("internalHosts", List.of(), HOST, "hosts of url that may have private addresses").stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    public static Optional<String> authorities(Section service) {
        return service.pem(
                        "ca",
                        Pem.Content.CERTIFICATE,
                        "path of a PEM file with the authorities to trust instead of the JDK's")
                .flatMap(Pem::text);
    }
}
