package dev.portcullis.auth.revocation;

import dev.portcullis.auth.token.FlatJson;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.WireName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An entry in the cut-off stream of a lane: a session of one of its users that every edge must treat as ended. Every
 * release reads the same body: fields may be added. An entry that means something else gets another type, which older
 * releases skip.
 */
public record Cutoff(String sessionId, Cause cause) {
    /** Only a hint: the edge reads that lane a little sooner than it would by itself. */
    public static final Notice<Hint> NOTICE = new Notice<>(Stage.EDGE, "cutoff", Hint.class);

    /** The lane has new cut-offs. */
    public record Hint(int lane) {}

    static final String TYPE = "session_ended";
    private static final int VERSION = 1;

    /** Why the session ended. */
    public enum Cause {
        /** A newer session of the same user replaced it. */
        EVICTED("evicted"),
        /** Its client did not answer a ping, or its node did not renew its lease. */
        @WireName("SILENT")
        UNRESPONSIVE("silent"),
        /** A reason that only a later release knows. The session has ended all the same. */
        OTHER("other");

        private final String id;

        Cause(String id) {
            this.id = id;
        }

        /** As written to the stream. */
        public String id() {
            return id;
        }

        static Cause of(String id) {
            return Stream.of(values())
                    .filter(each -> each.id.equals(id))
                    .findFirst()
                    .orElse(OTHER);
        }
    }

    /** The body of its entry: an object without its opening brace, since the entry's position is put in front. */
    public byte[] encode() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", TYPE);
        fields.put("v", VERSION);
        fields.put("sessionId", sessionId);
        fields.put("cause", cause.id());
        return Json.write(fields).substring(1).getBytes(StandardCharsets.UTF_8);
    }

    /** Empty for a body of any other kind. */
    public static Optional<Cutoff> decode(byte[] body) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(body.length + 1);
        whole.write('{');
        whole.writeBytes(body);
        return FlatJson.parse(whole.toByteArray())
                .filter(json -> json.text("type").filter(TYPE::equals).isPresent())
                .flatMap(json -> json.text("sessionId")
                        .map(id ->
                                new Cutoff(id, json.text("cause").map(Cause::of).orElse(Cause.OTHER))));
    }
}
