package dev.portcullis.inventory;

import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;
import java.util.Set;

/**
 * Asks an event loop of an edge for rows, or all of them for a page.
 *
 * @param after the place behind which to begin
 * @param limit the most rows
 */
public record InventoryQuery(Kind kind, Filter filter, RowOrder order, Optional<RowPlace> after, int limit) {
    /** Goes to each instance, since each has connections of its own. */
    public static final Question<InventoryQuery, InventoryReply> QUESTION =
            Question.about(Stage.EDGE, "inventory", InventoryQuery.class, InventoryReply.class, InventoryQuery::kind);

    /** The most rows of an answer. */
    public static final int MOST = 1_000;

    /** What a row is. */
    public enum Kind {
        ROOMS,
        USERS,
        CONNECTIONS
    }

    /**
     * Which rows are wanted. Only connections with a session count.
     *
     * @param prefix of the id of a room or a user; of a connection that of its user, or of its address; empty for all
     * @param user only connections of this user, or the rooms that they have joined
     * @param room only connections that have joined this room, or their users
     * @param keys only rows with these keys; empty for all
     */
    public record Filter(String prefix, Optional<UserId> user, Optional<RoomId> room, Set<String> keys) {
        public static final Filter ALL = new Filter("", Optional.empty(), Optional.empty(), Set.of());

        Filter only(Set<String> wanted) {
            return new Filter(prefix, user, room, wanted);
        }
    }

    public InventoryQuery {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("an answer has no such number of rows");
        }
    }
}
