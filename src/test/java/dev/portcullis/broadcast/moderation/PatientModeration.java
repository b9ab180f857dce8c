package dev.portcullis.broadcast.moderation;

import dev.portcullis.http.outgoing.OutgoingConfig;

/** Waits for the service longer than any busy machine takes. */
public final class PatientModeration {
    private static final long DEADLINE_MS = 30_000;

    private PatientModeration() {}

    public static ModerationConfig of(ModerationConfig config) {
        OutgoingConfig bounds = config.bounds();
        return new ModerationConfig(
                config.url(),
                config.secret(),
                new OutgoingConfig(
                        DEADLINE_MS,
                        bounds.answerBytes(),
                        bounds.inFlight(),
                        bounds.inFlightPerTarget(),
                        bounds.internalHosts(),
                        bounds.breaker()),
                config.onFailure(),
                config.rooms(),
                config.direct(),
                config.remembered(),
                config.rememberMs(),
                config.ca());
    }
}
