package dev.portcullis.auth.mail;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The purpose of a link in a mail. */
public enum LinkPurpose {
    /** Shows that the user reads the mail of the account's address. */
    VERIFY(TimeUnit.HOURS.toMillis(24)),
    RESET(TimeUnit.MINUTES.toMillis(30));

    private final long lifetimeMs;
    private final String id = name().toLowerCase(Locale.ROOT);

    LinkPurpose(long lifetimeMs) {
        this.lifetimeMs = lifetimeMs;
    }

    public static Optional<LinkPurpose> of(String id) {
        return Stream.of(values()).filter(each -> each.id.equals(id)).findFirst();
    }

    /** The name in links, in the store and for hooks. */
    public String id() {
        return id;
    }

    public long lifetimeMs() {
        return lifetimeMs;
    }
}
