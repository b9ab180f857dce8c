package dev.portcullis.edge.socketio.packet;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The packets that a server of Socket.IO sends, each as a message of Engine.IO. */
public final class ServerPackets {
    /** The event in which applications that were written for Socket.IO receive the messages of rooms. */
    public static final String RECEIVE_MESSAGE = "receive-message";

    private static final byte[] TYPE = ascii("type");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] OWN_EVENT = ascii("\"event\"");
    private static final byte[] CHAT = ascii("\"chat\"");

    private ServerPackets() {}

    /** The namespace is connected. */
    public static byte[] connected(String sid) {
        return ascii("40{\"sid\":\"" + sid + "\"}");
    }

    public static byte[] connectError(ConnectError why) {
        return ascii("44{\"message\":\"" + why.name() + "\"}");
    }

    /** @param namespace as the client wrote it; of other characters than these it is echoed without */
    public static byte[] unknownNamespace(String namespace) {
        String name = namespace.replaceAll("[^/A-Za-z0-9_.:-]", "");
        return ascii("44" + name + ",{\"message\":\"Invalid namespace\"}");
    }

    public static byte[] disconnect() {
        return ascii("41");
    }

    /** Why the server is about to disconnect. */
    public static byte[] closing(CloseCode code) {
        return ascii("42[\"close\",{\"code\":" + code.code() + ",\"reason\":\"" + code.phrase() + "\"}]");
    }

    /** Answers an event. */
    public static byte[] ack(long id, byte[] frame) {
        return concat(ascii("43" + id + "["), frame, ascii("]"));
    }

    /**
     * An event named by the type of a frame, with the other fields as its argument. An event of the application has its own
     * name, and the whole frame as its argument.
     */
    public static byte[] event(byte[] frame) {
        Type type = Type.in(frame);
        if (Arrays.equals(type.value, OWN_EVENT)) {
            return concat(ascii("42["), Type.field(frame, EVENT), ascii(","), frame, ascii("]"));
        }
        byte[] before = Arrays.copyOf(frame, type.begin);
        byte[] after = Arrays.copyOfRange(frame, type.end, frame.length);
        return concat(ascii("42["), type.value, ascii(","), before, after, ascii("]"));
    }

    /** An event for each of the frames. */
    public static List<byte[]> eventsOf(JsonMessages frames) {
        return IntStream.range(0, frames.count())
                .mapToObj(i -> event(frames.text(i)))
                .toList();
    }

    /** The same event, and for a message of a room another one for applications that were written for Socket.IO. */
    public static List<byte[]> events(byte[] frame) {
        Optional<byte[]> received = Arrays.equals(Type.in(frame).value, CHAT)
                ? StrictJson.object(frame).flatMap(ServerPackets::receiveMessage)
                : Optional.empty();
        return received.map(packet -> List.of(event(frame), packet)).orElseGet(() -> List.of(event(frame)));
    }

    /**
     * The refusal of a {@code send-message} by a limit: the fields of the frame, and those that errors have. Other refusals are
     * frames of this shape already.
     */
    public static byte[] sendMessageLimited(String requestId, byte[] frame) {
        byte[] fields = Arrays.copyOfRange(frame, Type.in(frame).end, frame.length);
        return concat(
                ascii("42[\"error\",{\"reason\":\"rate_limited\",\"message\":\"Too many messages.\",\"requestId\":\""
                        + requestId + "\","),
                fields,
                ascii("]"));
    }

    /** The text is the one that is safe as HTML: such an application may use it so. */
    private static Optional<byte[]> receiveMessage(Map<String, StrictJson.Value> message) {
        StrictJson.Value userId = message.get("userId");
        StrictJson.Value timestamp = message.get("timestamp");
        StrictJson.Value seq = message.get("seq");
        StrictJson.Value roomId = message.get("roomId");
        StrictJson.Value messageId = message.get("messageId");
        StrictJson.Value content = message.get("content");
        if (userId == null
                || timestamp == null
                || seq == null
                || roomId == null
                || messageId == null
                || content == null) {
            return Optional.empty();
        }
        String time = Instant.ofEpochMilli(Long.parseLong(new String(timestamp.json(), StandardCharsets.US_ASCII)))
                .toString();
        return Optional.of(concat(
                ascii("42[\"" + RECEIVE_MESSAGE + "\",{\"userId\":"),
                userId.json(),
                ascii(",\"username\":"),
                message.getOrDefault("username", userId).json(),
                ascii(",\"message\":"),
                content.json(),
                ascii(",\"roomId\":"),
                roomId.json(),
                ascii(",\"messageId\":"),
                messageId.json(),
                ascii(",\"seq\":"),
                seq.json(),
                ascii(",\"timestamp\":\"" + time + "\"}]")));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The place of the type in a frame of ours: first, or behind the position. Neither has escaped characters. */
    private static final class Type {
        private final byte[] value;
        private final int begin;
        private final int end;

        private Type(byte[] value, int begin, int end) {
            this.value = value;
            this.begin = begin;
            this.end = end;
        }

        static Type in(byte[] frame) {
            return of(frame, TYPE);
        }

        /** The value of a field that stands before anything that a user can write. */
        static byte[] field(byte[] frame, byte[] name) {
            return of(frame, name).value;
        }

        private static Type of(byte[] frame, byte[] name) {
            int begin = 1;
            while (true) {
                int nameEnd = next(frame, '"', begin + 1);
                int value = nameEnd + 2;
                int end = frame[value] == '"' ? next(frame, '"', value + 1) + 1 : next(frame, ',', value);
                if (Arrays.equals(frame, begin + 1, nameEnd, name, 0, name.length)) {
                    boolean more = frame[end] == ',';
                    return new Type(Arrays.copyOfRange(frame, value, end), begin, more ? end + 1 : end);
                }
                begin = end + 1;
            }
        }

        private static int next(byte[] frame, char wanted, int from) {
            for (int i = from; i < frame.length; i++) {
                if (frame[i] == wanted) {
                    return i;
                }
            }
            throw new IllegalArgumentException("a frame without a type");
        }
    }
}
