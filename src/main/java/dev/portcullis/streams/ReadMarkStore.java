package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.OptionalLong;

/**
 * Keeps how far each member has read a room. A mark never moves back, on whichever node and device its member reads. A failed
 * future means that the store failed, and that the mark may have moved or not; marking again does no harm.
 */
public interface ReadMarkStore {

    /**
     * Moves a member's mark forward, in one atomic step, and returns its new place; empty if it did not move. The mark is never
     * beyond the room's head, and is forgotten with the room's stream.
     *
     * @param most the most marks that are kept of the room; a new one replaces the one that is furthest behind
     */
    Future<OptionalLong> mark(StreamName room, UserId member, long seq, int most);
}
