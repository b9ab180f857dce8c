package dev.portcullis.admin;

import dev.portcullis.config.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node can serve. Looked at in the background, so that a question is answered at once, and never waits for
 * what is ill. Until the first look the node is not ready.
 */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    /** Whether it can serve. */
    public enum State {
        UP,
        /** Some of its users: no other node could serve the rest either. */
        DEGRADED,
        DOWN;

        private final String id = name().toLowerCase(Locale.ROOT);

        public String id() {
            return id;
        }
    }

    /** What the last look found. */
    public record Report(State state, Map<String, State> checks) {
        public String json() {
            Map<String, String> words = new LinkedHashMap<>();
            checks.forEach((name, found) -> words.put(name, found.id()));
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", state.id());
            body.put("checks", words);
            return Json.write(body);
        }
    }

    private final List<HealthCheck> checks;
    private final BiConsumer<String, State> changed;
    private volatile Report last = new Report(State.DOWN, Map.of());

    /** @param changed told of each check that went down, or came back */
    public Health(List<HealthCheck> checks, BiConsumer<String, State> changed) {
        this.checks = List.copyOf(checks);
        this.changed = changed;
    }

    public Report last() {
        return last;
    }

    /** What is looked at. */
    public List<String> names() {
        return checks.stream().map(HealthCheck::name).toList();
    }

    /** Whether the node can serve, as far as the last look at one of them found. */
    public boolean isUp(String name) {
        return last.checks().getOrDefault(name, State.DOWN) != State.DOWN;
    }

    void check() {
        Map<String, State> before = last.checks();
        Map<String, State> found = new LinkedHashMap<>();
        checks.forEach(check -> found.put(check.name(), check(check)));
        last = new Report(worst(found.values()), found);
        found.forEach((name, now) -> {
            if (before.getOrDefault(name, State.UP) != now) {
                changed.accept(name, now);
            }
        });
    }

    private static State worst(Collection<State> found) {
        return found.stream().max(Comparator.naturalOrder()).orElse(State.UP);
    }

    /** A check that breaks has found nothing to be well (CWE-636). */
    private static State check(HealthCheck check) {
        try {
            return check.check();
        } catch (RuntimeException broken) {
            LOG.atWarn()
                    .addKeyValue("event", "health.check.failed")
                    .addKeyValue("check", check.name())
                    .setCause(broken)
                    .log("a health check broke");
            return State.DOWN;
        }
    }
}
