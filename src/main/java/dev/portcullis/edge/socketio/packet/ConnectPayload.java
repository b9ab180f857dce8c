package dev.portcullis.edge.socketio.packet;

import dev.portcullis.protocol.Position;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code auth} of a client that connects.
 *
 * @param token empty if it has none
 * @param resume up to where the client has its user's inbox
 */
public record ConnectPayload(Optional<String> token, Optional<String> csrfToken, Optional<Position> resume) {
    private static final Pattern EPOCH = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern SEQ = Pattern.compile("0|[1-9][0-9]{0,14}");

    /** Empty for what is neither nothing nor one object. */
    static Optional<ConnectPayload> read(byte[] json) {
        return json.length == 0
                ? Optional.of(new ConnectPayload(Optional.empty(), Optional.empty(), Optional.empty()))
                : StrictJson.object(json)
                        .map(values ->
                                new ConnectPayload(text(values, "token"), text(values, "csrfToken"), resume(values)));
    }

    @Override
    public String toString() {
        return "ConnectPayload[" + token.isPresent() + "]"; // a token in a log gives its readers a session (CWE-532)
    }

    private static Optional<String> text(Map<String, StrictJson.Value> values, String name) {
        return Optional.ofNullable(values.get(name)).flatMap(StrictJson.Value::text);
    }

    /**
     * Reads the position as in the frame {@code auth}. A value that is no position is left out: the inbox then begins where it
     * was acknowledged.
     */
    private static Optional<Position> resume(Map<String, StrictJson.Value> values) {
        return object(values, "resume")
                .flatMap(resume -> object(resume, "inbox"))
                .flatMap(inbox -> {
                    Optional<String> epoch = text(inbox, "epoch")
                            .filter(each -> EPOCH.matcher(each).matches());
                    Optional<String> seq = Optional.ofNullable(inbox.get("seq"))
                            .map(each -> new String(each.json(), StandardCharsets.US_ASCII))
                            .filter(each -> SEQ.matcher(each).matches());
                    return epoch.flatMap(known -> seq.map(at -> new Position(known, Long.parseLong(at))));
                });
    }

    private static Optional<Map<String, StrictJson.Value>> object(Map<String, StrictJson.Value> in, String name) {
        return Optional.ofNullable(in.get(name))
                .filter(value -> value.fields().isPresent())
                .flatMap(each -> StrictJson.object(each.json()));
    }
}
