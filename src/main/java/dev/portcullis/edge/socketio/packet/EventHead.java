package dev.portcullis.edge.socketio.packet;

import dev.portcullis.protocol.FrameAlias;
import java.util.OptionalLong;

/**
 * The part of an event that is read before the event is decoded: enough to refuse it. Of the rest nothing is decoded, however long
 * the packet is.
 *
 * @param ackId the client's number for its acknowledgement, if it wants one
 * @param isSendMessage whether the name is {@link FrameAlias#SEND_MESSAGE}
 */
public record EventHead(OptionalLong ackId, boolean isSendMessage) {}
