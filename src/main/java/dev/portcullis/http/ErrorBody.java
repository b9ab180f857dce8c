package dev.portcullis.http;

import dev.portcullis.config.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a refused request is told: nothing of the server's inside, and an id under which the log has the story. */
public record ErrorBody(HttpRefusal why, String requestId) {
    public String json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("reason", why.id());
        error.put("message", why.sentence());
        error.put("requestId", requestId);
        return Json.write(Map.of("error", error));
    }
}
