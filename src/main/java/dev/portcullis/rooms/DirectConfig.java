package dev.portcullis.rooms;

import dev.portcullis.config.Section;

/** What the section {@code direct} says about who may write to whom. */
public record DirectConfig(Allow allow) {

    public enum Allow {
        SHARED_ROOM,
        ANYONE,
        HOOK
    }

    public static DirectConfig read(Section direct) {
        return new DirectConfig(direct.choice(
                "allow",
                Allow.SHARED_ROOM,
                "who may write to a user directly: shared_room, members of a room that both belong to and that is not public;"
                        + " anyone; or hook, whom the application permits"));
    }
}
