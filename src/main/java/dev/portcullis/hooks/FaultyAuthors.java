package dev.portcullis.hooks;

import dev.portcullis.hooks.outbox.StoredEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The users whose events were given up again and again lately, since the application broke over them. What else they write is
 * delivered alone and has one short attempt: else a few who write to many rooms keep the application from learning of all of
 * these (CWE-400).
 */
final class FaultyAuthors {
    /** One may be an accident of the application. */
    private static final int TIMES = 2;

    private static final int MOST = 1_000;
    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Map<String, Fault> byUser = new LinkedHashMap<>();

    private record Fault(int times, long lastAt) {}

    /** @param now like {@link System#nanoTime()} */
    void gaveUp(StoredEvent event, long now) {
        author(event).ifPresent(user -> {
            Fault known = byUser.remove(user);
            int times = known == null || now - known.lastAt() >= LATELY_NANOS ? 0 : known.times();
            byUser.put(user, new Fault(times + 1, now));
            if (byUser.size() > MOST) {
                byUser.remove(byUser.keySet().iterator().next());
            }
        });
    }

    boolean wrote(StoredEvent event, long now) {
        return !byUser.isEmpty()
                && author(event).filter(user -> isFaulty(user, now)).isPresent();
    }

    private boolean isFaulty(String user, long now) {
        Fault known = byUser.get(user);
        return known != null && known.times() >= TIMES && now - known.lastAt() < LATELY_NANOS;
    }

    private static Optional<String> author(StoredEvent event) {
        return Optional.ofNullable(new JsonObject(Buffer.buffer(event.json())).getJsonObject("data"))
                .map(data -> data.getString("userId"));
    }
}
