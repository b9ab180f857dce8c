package dev.portcullis.edge.socketio.packet;

import dev.portcullis.protocol.FrameAlias;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A packet of Socket.IO, as a client sent it in a message of Engine.IO. */
public sealed interface SocketPacket {
    void accept(Cases cases);

    /** One method for each kind. */
    interface Cases {
        void connect(Connect packet);

        void otherNamespace(OtherNamespace packet);

        void disconnect();

        void event(EmittedEvent event);

        /** An acknowledgement of our event: the server asks for none. */
        void ack();
    }

    /** Asks for the main namespace. */
    record Connect(ConnectPayload payload) implements SocketPacket {
        @Override
        public void accept(Cases cases) {
            cases.connect(this);
        }
    }

    /** Asks for a namespace that is not there. */
    record OtherNamespace(String name) implements SocketPacket {
        @Override
        public void accept(Cases cases) {
            cases.otherNamespace(this);
        }
    }

    /** Leaves the main namespace. */
    enum Disconnect implements SocketPacket {
        DISCONNECT;

        @Override
        public void accept(Cases cases) {
            cases.disconnect();
        }
    }

    record Event(EmittedEvent event) implements SocketPacket {
        @Override
        public void accept(Cases cases) {
            cases.event(event);
        }
    }

    enum Ack implements SocketPacket {
        ACK;

        @Override
        public void accept(Cases cases) {
            cases.ack();
        }
    }

    /** Empty for what is no packet, binary ones included: the transport is closed then. */
    static Optional<SocketPacket> decode(byte[] utf8) {
        return new Reader(utf8).read();
    }

    /** The head of an event; empty for every other packet. Whether the rest is in order is known once it is decoded. */
    static Optional<EventHead> eventHead(byte[] utf8) {
        return new Reader(utf8).readEventHead();
    }

    /** The event of a packet; empty for every other packet, and for an event that can't be read. */
    static Optional<EmittedEvent> event(byte[] utf8) {
        return decode(utf8)
                .flatMap(packet -> packet instanceof Event event ? Optional.of(event.event()) : Optional.empty());
    }

    /** Reads {@code type [namespace ,] [id] [JSON]}. */
    final class Reader {
        private static final int MAX_ID_DIGITS = 15; // a number in JavaScript is exact up to 2^53
        private static final int MAX_NAMESPACE = 128;

        private final byte[] utf8;
        private int at;

        private Reader(byte[] utf8) {
            this.utf8 = utf8;
        }

        private Optional<SocketPacket> read() {
            if (utf8.length == 0) {
                return Optional.empty();
            }
            byte kind = utf8[at++];
            Optional<String> namespace = namespace();
            if (isOther(namespace)) {
                return kind == '0' && namespace.get().length() <= MAX_NAMESPACE
                        ? Optional.of(new OtherNamespace(namespace.get()))
                        : Optional.empty();
            }
            OptionalLong id = ackId();
            byte[] data = Arrays.copyOfRange(utf8, at, utf8.length);
            return switch (kind) {
                case '0' -> id.isPresent() ? Optional.empty() : connect(data);
                case '1' -> id.isPresent() || data.length > 0 ? Optional.empty() : Optional.of(Disconnect.DISCONNECT);
                case '2' -> EmittedEvent.read(data, id).map(Event::new);
                case '3' ->
                    id.isPresent() && StrictJson.list(data, Set.of()).isPresent()
                            ? Optional.of(Ack.ACK)
                            : Optional.empty();
                default -> Optional.empty();
            };
        }

        private Optional<EventHead> readEventHead() {
            if (utf8.length == 0 || utf8[at++] != '2' || isOther(namespace())) {
                return Optional.empty();
            }
            OptionalLong id = ackId();
            return Optional.of(new EventHead(id, StrictJson.listBeginsWith(utf8, at, FrameAlias.SEND_MESSAGE.id())));
        }

        private static boolean isOther(Optional<String> namespace) {
            return namespace.filter(name -> !name.equals("/")).isPresent();
        }

        private static Optional<SocketPacket> connect(byte[] data) {
            return ConnectPayload.read(data).map(Connect::new);
        }

        private Optional<String> namespace() {
            if (at == utf8.length || utf8[at] != '/') {
                return Optional.empty();
            }
            int begin = at;
            while (at < utf8.length && utf8[at] != ',') {
                at++;
            }
            String name = new String(utf8, begin, at - begin, StandardCharsets.UTF_8);
            at = Math.min(utf8.length, at + 1);
            return Optional.of(name);
        }

        private OptionalLong ackId() {
            int begin = at;
            while (at < utf8.length && utf8[at] >= '0' && utf8[at] <= '9' && at - begin < MAX_ID_DIGITS) {
                at++;
            }
            return at == begin
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(new String(utf8, begin, at - begin, StandardCharsets.US_ASCII)));
        }
    }
}
