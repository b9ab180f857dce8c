package dev.portcullis.cluster;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the nodes of a cluster must have in common, as far as they know of it at all. */
public enum SharedSetting {
    /** The cluster's name. */
    NAME("cluster.name"),
    /** How many lanes there are: who counts otherwise looks for a stream elsewhere. */
    LANES("the number of lanes"),
    /** Into how many bits an edge hashes what it carries: a broadcaster that hashes otherwise would leave it out. */
    INTEREST("broadcast.interestBits"),
    /** Whose tokens are good, and what they may grant. */
    ISSUERS("auth.issuers"),
    /** What each role may do. */
    PERMISSIONS("permissions"),
    /** The rooms that everyone may enter. */
    PUBLIC_ROOMS("rooms.public"),
    /** How much of a room is kept: each append cuts the room to what its own node keeps. */
    WINDOW("streams.room");

    /** Two clusters over one store, or streams that are looked for elsewhere, can't be meant by anyone. */
    static final Set<SharedSetting> ALLOWED_TO_DIFFER =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(NAME, LANES, INTEREST)));

    private final String displayName;

    SharedSetting(String shown) {
        this.displayName = shown;
    }

    /** As an operator knows it. */
    String displayName() {
        return displayName;
    }

    /** As it stands in the directory. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A later release may know more of them. */
    static Optional<SharedSetting> of(String word) {
        for (SharedSetting setting : values()) {
            if (setting.id().equals(word)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    boolean mayDiffer() {
        return ALLOWED_TO_DIFFER.contains(this);
    }
}
