package dev.portcullis.edge.socketio;

import dev.portcullis.edge.frame.InboundFrame;
import dev.portcullis.edge.socketio.packet.EmittedEvent;
import dev.portcullis.edge.socketio.packet.EventHead;
import dev.portcullis.edge.socketio.packet.ServerPackets;
import dev.portcullis.edge.socketio.packet.SocketPacket;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of one client that are not handled yet, in their order, and which frames are the answer to the current one: those
 * acknowledge it, and all others are events.
 */
final class EventAnswers {
    private static final byte[] NO_ANSWER = "{}".getBytes(StandardCharsets.US_ASCII);

    private static final Set<Reason> PASSING = EnumSet.of(Reason.UNAVAILABLE, Reason.TIMEOUT, Reason.INTERNAL);

    private final Optional<String> defaultRoom;
    private final Predicate<String> isOwnEvent;
    private final ArrayDeque<PendingEvent> events = new ArrayDeque<>(1);
    private @Nullable PendingEvent current;

    /** @param isOwnEvent whether a name is that of an event of the application */
    EventAnswers(Optional<RoomId> defaultRoom, Predicate<String> isOwnEvent) {
        this.defaultRoom = defaultRoom.map(RoomId::value);
        this.isOwnEvent = isOwnEvent;
    }

    void add(EventHead event) {
        events.add(PendingEvent.of(event));
    }

    /** @return the frame by which a client joins the default room, if there is one */
    Optional<byte[]> addDefaultRoom(Optional<String> csrfToken) {
        return defaultRoom.map(room -> {
            String id = UUID.randomUUID().toString();
            events.add(PendingEvent.internal(id));
            return EmittedEvent.join(room, id, csrfToken);
        });
    }

    /** The event of the frame whose handling begins. */
    PendingEvent next() {
        PendingEvent next = events.remove();
        current = next;
        return next;
    }

    /**
     * Reads the frame of an event.
     *
     * @param message the packet of the event, or the frame if the event is the server's own
     * @return empty if the packet can't be read
     */
    Optional<InboundFrame> frame(PendingEvent event, byte[] message) {
        return event.kind() == PendingEvent.Kind.INTERNAL
                ? Optional.of(InboundFrame.of(message))
                : SocketPacket.event(message).map(emitted -> frame(event, emitted));
    }

    private InboundFrame frame(PendingEvent event, EmittedEvent emitted) {
        Optional<String> given =
                emitted.needsFrameId() ? Optional.of(UUID.randomUUID().toString()) : Optional.empty();
        event.frameRead(emitted.frameId().or(() -> given));
        return new InboundFrame(
                emitted.frame(given, defaultRoom, isOwnEvent), event.alias(), emitted.defect(defaultRoom));
    }

    /** The packet that acknowledges an event without an answer, once it is handled. */
    static Optional<byte[]> withoutAnswer(PendingEvent event) {
        OptionalLong ack = event.acknowledgedByNothing();
        return ack.isPresent() ? Optional.of(ServerPackets.ack(ack.getAsLong(), NO_ANSWER)) : Optional.empty();
    }

    /** A frame of the server, as the answer to the current event or as an event. */
    List<byte[]> packets(ServerFrame frame) {
        PendingEvent asked = current;
        if (asked == null) {
            return List.of(ServerPackets.event(FrameChunks.encode(frame)));
        }
        boolean refusal = asked.isRefusedBy(frame);
        if (refusal && asked.kind() == PendingEvent.Kind.INTERNAL && !passes(frame)) {
            return List.of();
        }
        byte[] json = FrameChunks.encode(frame);
        List<byte[]> packets = new ArrayList<>(2);
        OptionalLong ack = asked.acknowledgedBy(frame);
        ack.ifPresent(id -> packets.add(ServerPackets.ack(id, json)));
        boolean refusedMessage = refusal && asked.kind() == PendingEvent.Kind.SEND_MESSAGE;
        if (refusedMessage) {
            packets.add(error(asked, frame, json));
        } else if (ack.isEmpty()) {
            packets.add(ServerPackets.event(json));
        }
        return packets;
    }

    /** Whether it may be granted later. Untold, the client would wait in silence for messages that never come. */
    private static boolean passes(ServerFrame refusal) {
        return !(refusal instanceof ServerFrame.Refused refused)
                || PASSING.contains(refused.why().reason());
    }

    /** A limit is told as a frame of another name, which such an application does not know. */
    private static byte[] error(PendingEvent asked, ServerFrame frame, byte[] json) {
        return asked.limitedBy(frame)
                .map(refused -> ServerPackets.sendMessageLimited(refused.requestId(), json))
                .orElseGet(() -> ServerPackets.event(json));
    }
}
