package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.FrameType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The JSON Schemas (2020-12) of all frames, for authors of clients. The schema of a client's frame is found under its
 * type; that of a server's frame likewise, or under {@code server/} where both sides use the type.
 */
public final class JsonSchemas {
    private static final List<String> FROM_SERVER = List.of(
            "auth_failure",
            "auth_success",
            "csrf_rotated",
            "error",
            "gap",
            "joined",
            "left",
            "member_removed",
            "membership",
            "message_deleted",
            "message_edited",
            "notification",
            "pong",
            "presence_change",
            "rate_limited",
            "room_deleted",
            "server/ack",
            "server/chat",
            "server/chat_message",
            "server/health-check",
            "server/event",
            "server/history",
            "server/presence",
            "server/read",
            "server/search",
            "server/typing_indicator",
            "server_draining",
            "token_expiring",
            "token_refreshed",
            "upload_ticket");

    private static final Map<String, byte[]> BY_NAME = new TreeMap<>();

    static {
        for (FrameType type : FrameType.values()) {
            BY_NAME.put(type.id(), load(type.id()));
        }
        for (String name : FROM_SERVER) {
            BY_NAME.put(name, load(name));
        }
    }

    private JsonSchemas() {}

    public static Collection<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** Reads a fixed index only: a name is never used as a path (CWE-22). */
    public static Optional<byte[]> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name)).map(byte[]::clone);
    }

    private static byte[] load(String name) {
        try (InputStream file = JsonSchemas.class.getResourceAsStream("schemas/" + name + ".json")) {
            if (file == null) {
                throw new IllegalStateException("the build lacks the schema " + name);
            }
            return file.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
