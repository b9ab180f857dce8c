package dev.portcullis.rooms.directory;

import dev.portcullis.config.Section;

/** The part of {@code rooms.limits} that bounds what users do to each other. */
public record ConsentLimits(
        int added, int published, int sent, int received, long invitationMs, int declined, int told) {
    public static final ConsentLimits STANDARD = new ConsentLimits(1_000, 10, 20, 100, 30 * 86_400_000L, 3, 20);

    static ConsentLimits read(Section limits) {
        return new ConsentLimits(
                limits.integer(
                        "addedPerUser",
                        STANDARD.added,
                        0,
                        100_000,
                        "rooms that others may add one user to; beyond that they invite. Admins and the application's server"
                                + " have as many again"),
                limits.integer(
                        "publicPerUser", STANDARD.published, 1, 100_000, "public rooms that one user may create"),
                limits.integer(
                        "invitationsSent", STANDARD.sent, 1, 1_000, "open invitations that one user may have sent"),
                limits.integer(
                        "invitationsReceived",
                        STANDARD.received,
                        1,
                        1_000,
                        "open invitations that one user may have received; beyond that one of the stranger who has most ends,"
                                + " among equals of the one who invited the user first"),
                limits.millis(
                        "invitationMs",
                        STANDARD.invitationMs,
                        60_000,
                        366 * 86_400_000L,
                        "how long an invitation is open"),
                limits.integer(
                        "invitationsDeclined",
                        STANDARD.declined,
                        1,
                        1_000,
                        "invitations of one inviter that the same user declines in a day, each to another room; then the"
                                + " inviter does not invite this user for a day"),
                limits.integer(
                        "invitationsTold",
                        STANDARD.told,
                        1,
                        1_000,
                        "invitations of strangers that one user is told of in a day; further ones are only in the user's"
                                + " list"));
    }
}
