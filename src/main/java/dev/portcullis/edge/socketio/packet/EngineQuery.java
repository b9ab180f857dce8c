package dev.portcullis.edge.socketio.packet;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request of Engine.IO. The values that matter need no percent-encoding, and others are the
 * application's own.
 *
 * @param repeated whether one of them came twice: a proxy in front may choose the other (CWE-436)
 */
public record EngineQuery(
        Optional<String> version, Optional<String> transport, Optional<String> sid, boolean jsonp, boolean repeated) {
    private static final String POLLING = "polling";
    private static final String WEBSOCKET = "websocket";
    private static final Set<String> KNOWN = Set.of("EIO", "transport", "sid", "j");

    /** @param query as in the request line; null if there is none */
    public static EngineQuery parse(@Nullable String query) {
        Map<String, String> values = new HashMap<>();
        boolean repeated = false;
        for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
            int end = parameter.indexOf('=');
            String name = end < 0 ? parameter : parameter.substring(0, end);
            if (KNOWN.contains(name)) {
                repeated |= values.put(name, end < 0 ? "" : parameter.substring(end + 1)) != null;
            }
        }
        return new EngineQuery(
                Optional.ofNullable(values.get("EIO")),
                Optional.ofNullable(values.get("transport")),
                Optional.ofNullable(values.get("sid")),
                values.containsKey("j"),
                repeated);
    }

    @Override
    public String toString() {
        return "EngineQuery[" + transport + "]"; // the id gives its readers the session (CWE-532)
    }

    public boolean isPolling() {
        return transport.filter(POLLING::equals).isPresent();
    }

    /**
     * The first defect, in the order in which the server of Engine.IO checks.
     *
     * @param get whether the method is GET
     * @param upgrade whether the request asks for a WebSocket
     */
    public Optional<EngineError> defect(boolean get, boolean upgrade) {
        if (!isPolling() && transport.filter(WEBSOCKET::equals).isEmpty()) {
            return Optional.of(EngineError.UNKNOWN_TRANSPORT);
        }
        if (jsonp || repeated || isPolling() == upgrade) {
            return Optional.of(EngineError.BAD_REQUEST);
        }
        if (sid.isEmpty() && !get) {
            return Optional.of(EngineError.BAD_HANDSHAKE_METHOD);
        }
        if (version.filter("4"::equals).isEmpty()) {
            return Optional.of(sid.isPresent() ? EngineError.BAD_REQUEST : EngineError.UNSUPPORTED_VERSION);
        }
        return Optional.empty();
    }
}
