package dev.portcullis.http;

import dev.portcullis.config.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** The body of a refusal: no server internals, and an id for finding it in the log. */
public record ErrorBody(HttpRefusal why, String requestId) {
    public String json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("reason", why.id());
        error.put("message", why.sentence());
        error.put("requestId", requestId);
        return Json.write(Map.of("error", error));
    }
}
