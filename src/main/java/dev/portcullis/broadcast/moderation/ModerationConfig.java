package dev.portcullis.broadcast.moderation;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.AskedService;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.http.outgoing.ServiceSettings;
import dev.portcullis.protocol.GrantedRooms;
import dev.portcullis.resilience.CircuitBreaker;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code content.hook}. */
public record ModerationConfig(
        OutgoingUrl url,
        Optional<Secret> secret,
        OutgoingConfig bounds,
        OnFailure onFailure,
        GrantedRooms rooms,
        boolean direct,
        int remembered,
        long rememberMs,
        Optional<String> ca)
        implements AskedService.Settings {
    private static final Pattern ROOM = Pattern.compile("[A-Za-z0-9_.:-]{1,64}|[A-Za-z0-9_.:-]{0,63}\\*");

    /** The fate of a message about which the service gives no answer. */
    public enum OnFailure {
        CLOSED,
        OPEN
    }

    /** The settings; empty without a {@code url}. */
    public static Optional<ModerationConfig> read(Section hook, CircuitBreaker.Config breaker) {
        Optional<String> url = hook.basic()
                .optionalText(
                        "url",
                        "URL of a moderation service that is asked about each message before it is published"
                                + " (application-hooks.md): https, or http to this machine");
        Optional<Secret> secret = ServiceSettings.signingSecret(hook, "");
        OutgoingConfig bounds = bounds(hook, breaker);
        OnFailure onFailure = hook.choice(
                "onFailure",
                OnFailure.CLOSED,
                "closed answers unavailable while the service gives no answer; open publishes without it");
        GrantedRooms rooms = GrantedRooms.of(hook.texts(
                "rooms",
                List.of("*"),
                ROOM,
                "rooms whose messages it is asked about; team-* means all with that prefix"));
        boolean direct = hook.flag("direct", true, "whether it is asked about direct messages too");
        int remembered = hook.integer("remembered", 2_048, 1, 1_000_000, "answers that are kept for repeated attempts");
        long rememberMs = hook.millis("rememberMs", 10_000, 100, 600_000, "how long each of them is kept");
        Optional<String> ca = ServiceSettings.authorities(hook);
        return ServiceSettings.url(hook, url, "messages are sent to")
                .map(parsed -> new ModerationConfig(
                        parsed, secret, bounds, onFailure, rooms, direct, remembered, rememberMs, ca));
    }

    /** The settings that all nodes of a cluster should have in common. */
    public List<String> parts() {
        return List.of(
                url.host(),
                Integer.toString(url.port()),
                url.target(),
                onFailure.name(),
                String.join(",", rooms),
                Boolean.toString(direct));
    }

    private static OutgoingConfig bounds(Section hook, CircuitBreaker.Config breaker) {
        long deadlineMs = hook.millis(
                "deadlineMs", 500, 10, 4_000, "how long an answer may take, until its last byte; below bus.deadlineMs");
        int inFlight = hook.integer(
                "inFlight",
                256,
                1,
                10_000,
                "calls at a time of one node, of one user a sixteenth, at least 1; a message beyond counts as one without an answer");
        return ServiceSettings.bounds(hook, deadlineMs, 65_536, inFlight, breaker);
    }
}
