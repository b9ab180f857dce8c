package dev.portcullis.edge.socketio.packet;

import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An event of a client: the frame of that type, with its one argument as the other fields. */
public final class EmittedEvent {
    /** Longest {@code message} of {@link FrameAlias#SEND_MESSAGE}, in code points. */
    public static final int LONGEST_MESSAGE = 500;

    /** Names that Socket.IO keeps for itself. */
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    /** Events whose answers another part sends than those of other frames; these answers are known by the id alone. */
    private static final Set<String> ANSWERED_BY_ID = Set.of("join", "history", "search");

    /** The fields of the argument that this class reads: the others go into the frame unread. */
    private static final Set<String> FIELDS = Set.of("id", "csrfToken", "message", "roomId");

    private final StrictJson.Value name;
    private final Optional<byte[]> argument;
    private final Map<String, StrictJson.Value> fields;
    private final boolean fits;
    private final OptionalLong ackId;

    private EmittedEvent(
            StrictJson.Value name,
            Optional<byte[]> argument,
            Map<String, StrictJson.Value> fields,
            boolean fits,
            OptionalLong ackId) {
        this.name = name;
        this.argument = argument;
        this.fields = fields;
        this.fits = fits;
        this.ackId = ackId;
    }

    /** Empty if it is no event. */
    static Optional<EmittedEvent> read(byte[] list, OptionalLong ackId) {
        return StrictJson.list(list, FIELDS).flatMap(values -> of(values, ackId));
    }

    private static Optional<EmittedEvent> of(List<StrictJson.Value> values, OptionalLong ackId) {
        if (values.isEmpty() || !isName(values.get(0))) {
            return Optional.empty();
        }
        Optional<StrictJson.Value> argument = values.size() == 2
                ? Optional.of(values.get(1)).filter(value -> value.fields().isPresent())
                : Optional.empty();
        Optional<StrictJson.Fields> fields = argument.flatMap(StrictJson.Value::fields);
        return Optional.of(new EmittedEvent(
                values.get(0),
                argument.filter(value -> fields.filter(StrictJson.Fields::none).isEmpty())
                        .map(StrictJson.Value::json),
                fields.map(StrictJson.Fields::values).orElse(Map.of()),
                values.size() == 1 || argument.isPresent(),
                ackId));
    }

    private static boolean isName(StrictJson.Value value) {
        return value.text()
                .map(name -> !RESERVED.contains(name))
                .orElseGet(() -> value.json()[0] == '-' || Character.isDigit(value.json()[0]));
    }

    /** The client's number for its acknowledgement, if it wants one. */
    public OptionalLong ackId() {
        return ackId;
    }

    public boolean isSendMessage() {
        return name.text().filter(FrameAlias.SEND_MESSAGE.id()::equals).isPresent();
    }

    /** The id of the frame, if the client gave one. */
    public Optional<String> frameId() {
        return Optional.ofNullable(fields.get("id")).flatMap(StrictJson.Value::text);
    }

    /** Whether the frame needs an id, so that its answer is known. */
    public boolean needsFrameId() {
        return ackId.isPresent()
                && !fields.containsKey("id")
                && name.text().filter(ANSWERED_BY_ID::contains).isPresent();
    }

    /** The defect of the event, as far as the schema of its frame does not find it. */
    public Optional<Rejection> defect(Optional<String> defaultRoom) {
        if (!fits) {
            return invalid("", "type");
        }
        if (!isSendMessage()) {
            return Optional.empty();
        }
        StrictJson.Value message = fields.get("message");
        if (message == null) {
            return invalid("/message", "required");
        }
        if (message.text().isEmpty()) {
            return invalid("/message", "type");
        }
        String text = message.text().get();
        int length = text.codePointCount(0, text.length());
        if (length == 0 || length > LONGEST_MESSAGE) {
            return invalid("/message", length == 0 ? "minLength" : "maxLength");
        }
        return fields.containsKey("roomId") || defaultRoom.isPresent()
                ? Optional.empty()
                : invalid("/roomId", "required");
    }

    private static Optional<Rejection> invalid(String path, String rule) {
        return Optional.of(Rejection.invalid(List.of(new Violation(path, rule))));
    }

    /**
     * Builds the frame. The fields of the client are copied byte by byte: a {@code type} of its own makes a second one, which
     * the decoder refuses.
     *
     * @param id if the client gave none
     * @param defaultRoom for a {@link FrameAlias#SEND_MESSAGE} that names none
     * @param isOwnEvent whether a name is that of an event of the application, whose frame is an {@code event}
     */
    public byte[] frame(Optional<String> id, Optional<String> defaultRoom, Predicate<String> isOwnEvent) {
        Builder frame = new Builder();
        if (isSendMessage()) {
            frame.add("type", ascii("\"chat\""));
            frame.add("content", fields.get("message"));
            frame.add("roomId", fields.get("roomId"));
            if (!fields.containsKey("roomId")) {
                defaultRoom.ifPresent(room -> frame.add("roomId", quoted(room)));
            }
            frame.add("id", fields.get("id"));
            frame.add("csrfToken", fields.get("csrfToken"));
        } else {
            if (name.text().filter(isOwnEvent).isPresent()) {
                frame.add("type", ascii("\"event\""));
                frame.add("event", name.json());
            } else {
                frame.add("type", name.json());
            }
            argument.ifPresent(frame::members);
        }
        id.ifPresent(given -> frame.add("id", quoted(given)));
        return frame.close();
    }

    /** A frame of the server's own making. */
    public static byte[] join(String roomId, String id, Optional<String> csrfToken) {
        Builder frame = new Builder();
        frame.add("type", ascii("\"join\""));
        frame.add("roomId", quoted(roomId));
        frame.add("id", quoted(id));
        csrfToken.ifPresent(token -> frame.add("csrfToken", quoted(token)));
        return frame.close();
    }

    /** Quotes ids and tokens, which hold nothing that must be escaped. */
    private static byte[] quoted(String plain) {
        return ascii("\"" + plain + "\"");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Builder {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void add(String field, StrictJson.@Nullable Value value) {
            if (value != null) {
                add(field, value.json());
            }
        }

        void add(String field, byte[] json) {
            bytes.write(bytes.size() == 0 ? '{' : ',');
            bytes.writeBytes(quoted(field));
            bytes.write(':');
            bytes.writeBytes(json);
        }

        /** Adds the content between the braces of an object. */
        void members(byte[] object) {
            bytes.write(',');
            bytes.write(object, 1, object.length - 2);
        }

        byte[] close() {
            bytes.write('}');
            return bytes.toByteArray();
        }
    }
}
