package dev.portcullis.http;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The body of a refusal: no server internals, and an id for finding it in the log.
 *
 * @param details the violations of the request's body; left out if there are none
 */
public record ErrorBody(HttpRefusal why, String requestId, List<Violation> details) {
    public String json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("reason", why.id());
        error.put("message", why.sentence());
        error.put("requestId", requestId);
        if (!details.isEmpty()) {
            error.put("details", details.stream().map(ErrorBody::detail).toList());
        }
        return Json.write(Map.of("error", error));
    }

    private static Map<String, Object> detail(Violation violation) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("path", violation.path());
        detail.put("rule", violation.rule());
        return detail;
    }
}
