package dev.portcullis.admin;

import dev.portcullis.config.Json;
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

    /** Can serve, or can't. */
    public enum State {
        UP,
        DOWN;

        private final String word = name().toLowerCase(Locale.ROOT);

        public String word() {
            return word;
        }
    }

    /** What the last look found. */
    public record Report(State state, Map<String, State> checks) {
        public String json() {
            Map<String, String> words = new LinkedHashMap<>();
            checks.forEach((name, found) -> words.put(name, found.word()));
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", state.word());
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

    /** What the last look at one of them found. */
    public boolean isUp(String name) {
        return last.checks().get(name) == State.UP;
    }

    void look() {
        Map<String, State> before = last.checks();
        Map<String, State> found = new LinkedHashMap<>();
        checks.forEach(check -> found.put(check.name(), look(check)));
        last = new Report(found.containsValue(State.DOWN) ? State.DOWN : State.UP, found);
        found.forEach((name, now) -> {
            if (before.getOrDefault(name, State.UP) != now) {
                changed.accept(name, now);
            }
        });
    }

    /** A check that breaks has found nothing to be well (CWE-636). */
    private static State look(HealthCheck check) {
        try {
            return check.check();
        } catch (RuntimeException broken) {
            LOG.atWarn().addKeyValue("check", check.name()).setCause(broken).log("a health check broke");
            return State.DOWN;
        }
    }
}
