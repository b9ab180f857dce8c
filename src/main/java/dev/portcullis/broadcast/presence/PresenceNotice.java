package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;

/**
 * A change that goes to the edge nodes with clients that want it.
 *
 * @param from the owner; a node that believes in another one drops the notice
 * @param json the whole frame
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PresenceNotice(RoomId room, PresenceView.Owner from, long version, byte[] json) {}
