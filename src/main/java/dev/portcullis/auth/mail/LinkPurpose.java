package dev.portcullis.auth.mail;

import dev.portcullis.protocol.LowerCaseId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The purpose of a link in a mail. */
public enum LinkPurpose implements LowerCaseId {
    /** Shows that the user reads the mail of the account's address. */
    VERIFY(TimeUnit.HOURS.toMillis(24)),
    RESET(TimeUnit.MINUTES.toMillis(30));

    private final long lifetimeMs;

    LinkPurpose(long lifetimeMs) {
        this.lifetimeMs = lifetimeMs;
    }

    public static Optional<LinkPurpose> of(String id) {
        return Stream.of(values()).filter(each -> each.id().equals(id)).findFirst();
    }

    public long lifetimeMs() {
        return lifetimeMs;
    }
}
