package dev.portcullis.rooms.directory;

import dev.portcullis.config.Section;

/**
 * The section {@code rooms.limits}.
 *
 * @param page rooms or members that one answer has at most
 */
public record RoomLimits(
        int owned,
        int joined,
        int members,
        int mutes,
        int publicRooms,
        int page,
        long longestMuteMs,
        ConsentLimits consent) {
    private static final int MOST = 1_000_000;
    public static final RoomLimits STANDARD =
            new RoomLimits(100, 1_000, 10_000, 10_000, 10_000, 100, 30 * 86_400_000L, ConsentLimits.STANDARD);

    public static RoomLimits read(Section limits) {
        return new RoomLimits(
                limits.integer(
                        "ownedPerUser",
                        STANDARD.owned,
                        0,
                        100_000,
                        "rooms that one user may create, or accept to own; 0: none are created"),
                limits.integer(
                        "joinedPerUser",
                        STANDARD.joined,
                        1,
                        100_000,
                        "rooms that one user may join by their own act without owning them"),
                limits.integer("membersPerRoom", STANDARD.members, 1, 100_000, "members of one room"),
                limits.integer("mutesPerRoom", STANDARD.mutes, 1, 100_000, "users that may be muted in one room"),
                limits.integer(
                        "publicRooms",
                        STANDARD.publicRooms,
                        0,
                        MOST,
                        "public rooms that users may create; beyond that a user who has none may create one. 0: none"),
                STANDARD.page,
                limits.millis(
                        "longestMuteMs",
                        STANDARD.longestMuteMs,
                        1_000,
                        366 * 86_400_000L,
                        "the longest mute of a user"),
                ConsentLimits.read(limits));
    }

    int of(RoomList list) {
        return switch (list.kind()) {
            case OWNED -> owned;
            case JOINED -> joined;
            case ADDED -> consent.added();
            case PUBLIC -> publicRooms;
            case PUBLISHED -> consent.published();
        };
    }
}
