package dev.portcullis.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.portcullis.client.EntryOrderer.Placed;
import dev.portcullis.protocol.Position;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A frame of the server. A field that is missing or of another type reads as empty, because a server may be faulty too.
 */
record ServerMessage(String type, JsonObject frame) {
    private static final Set<String> DIRECT =
            Set.of("chat_message", OwnEvent.TYPE, "message_edited", "message_deleted");

    /**
     * An entry that can't be read comes again on each connection. So names and numbers of data are bounded by the server alone,
     * which may have had other bounds when it stored them. Names are not kept beyond their text (CWE-770).
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    static Optional<ServerMessage> read(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return JacksonCodec.fromParser(parser, Object.class) instanceof JsonObject frame
                    ? of(frame)
                    : Optional.empty();
        } catch (IOException | DecodeException notJson) {
            return Optional.empty();
        }
    }

    Optional<String> text(String key) {
        return frame.getValue(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    Optional<Long> number(String key) {
        return frame.getValue(key) instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
    }

    /** Its fields that are numbers. */
    Map<String, Long> numbers() {
        return frame.fieldNames().stream()
                .filter(key -> number(key).isPresent())
                .collect(
                        Collectors.toMap(Function.identity(), key -> number(key).orElseThrow()));
    }

    boolean flag(String key) {
        return Boolean.TRUE.equals(frame.getValue(key));
    }

    /** The object in a field, read like a frame. */
    Optional<ServerMessage> object(String key) {
        return frame.getValue(key) instanceof JsonObject inner
                ? Optional.of(new ServerMessage(key, inner))
                : Optional.empty();
    }

    Optional<String> id() {
        return text("id");
    }

    Optional<String> roomId() {
        return text("roomId");
    }

    Optional<Position> position() {
        return text("epoch").flatMap(epoch -> number("seq").map(seq -> new Position(epoch, seq)));
    }

    /** Its place in the user's inbox, if it is an entry of that. */
    Optional<Position> directPosition() {
        return position().filter(at -> DIRECT.contains(type) && roomId().isEmpty());
    }

    /** The gap in the user's inbox, if this frame reports one. */
    Optional<ClientEvent.DirectGap> gap() {
        return position().flatMap(at -> number("count").map(count -> new ClientEvent.DirectGap(at, count)));
    }

    /** This frame as an entry of a room's stream, if it is one. */
    Optional<Placed<ClientEvent.Entry>> entry() {
        return roomId().flatMap(room ->
                position().map(at -> new Placed<>(at, new ClientEvent.Entry(room, at, type, frame))));
    }

    /** The entries in a {@code joined} or {@code history} frame. */
    List<Placed<ClientEvent.Entry>> messages() {
        return objects("messages")
                .flatMap(each -> of(each).flatMap(ServerMessage::entry).stream())
                .toList();
    }

    /** The objects of a list. */
    Stream<JsonObject> objects(String key) {
        return frame.getValue(key) instanceof JsonArray list
                ? list.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast)
                : Stream.empty();
    }

    ClientEvent.Opened opened(ServerAddress at) {
        return new ClientEvent.Opened(
                at, text("userId").orElse(""), text("sessionId").orElse(""), frame);
    }

    ClientEvent.Limited limited() {
        return new ClientEvent.Limited(
                id(),
                text("scope").orElse(""),
                text("window").orElse(""),
                Math.max(0, number("retryAfter").orElse(0L)));
    }

    ClientEvent.Refused refused() {
        return new ClientEvent.Refused(
                id(), roomId(), text("reason").orElse(""), text("message").orElse(""), violations(), text("requestId"));
    }

    Optional<ClientEvent.Membership> membership() {
        return roomId().map(room -> new ClientEvent.Membership(
                room, text("role"), text("name").orElse(""), text("byUserId"), text("invited")));
    }

    private List<ClientEvent.Violation> violations() {
        return objects("details")
                .map(each -> new ServerMessage("", each))
                .flatMap(each -> each
                        .text("path")
                        .flatMap(path -> each.text("rule").map(rule -> new ClientEvent.Violation(path, rule)))
                        .stream())
                .toList();
    }

    private static Optional<ServerMessage> of(JsonObject frame) {
        return frame.getValue("type") instanceof String type
                ? Optional.of(new ServerMessage(type, frame))
                : Optional.empty();
    }
}
