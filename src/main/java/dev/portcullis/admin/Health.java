package dev.portcullis.admin;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.LowerCaseId;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node can serve. The checks run in the background, so that an answer never waits for a failing component.
 * Before the first check the node is not ready.
 */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    /** The state of one component, or of the node: the worst of its components. */
    public enum State implements LowerCaseId {
        UP,
        /** Some users can't be served, on any node. */
        DEGRADED,
        DOWN
    }

    /**
     * One component that a node needs in order to serve.
     *
     * @param name such as {@code store}
     * @param state called twice a second on an event loop, so it must not block
     */
    public record Check(String name, Supplier<State> state) {}

    /** The results of the last check. */
    public record Report(State state, Map<String, State> checks) {
        public String json() {
            return Json.write(fields());
        }

        Map<String, Object> fields() {
            Map<String, String> states = new LinkedHashMap<>();
            checks.forEach((name, found) -> states.put(name, found.id()));
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", state.id());
            body.put("checks", states);
            return body;
        }
    }

    private final List<Check> checks;
    private final BiConsumer<String, State> listener;
    private volatile Report last = new Report(State.DOWN, Map.of());

    /** @param listener receives each change of a check's state */
    public Health(List<Check> checks, BiConsumer<String, State> listener) {
        this.checks = List.copyOf(checks);
        this.listener = listener;
    }

    public Report last() {
        return last;
    }

    /** The names of the checks. */
    public List<String> names() {
        return checks.stream().map(Check::name).toList();
    }

    /** Whether the check of this name was not down at the last check. */
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
                listener.accept(name, now);
            }
        });
    }

    private static State worst(Collection<State> found) {
        return found.stream().max(Comparator.naturalOrder()).orElse(State.UP);
    }

    /** A check that throws counts as down (CWE-636). */
    private static State check(Check check) {
        try {
            return check.state().get();
        } catch (RuntimeException failure) {
            LOG.atWarn()
                    .addKeyValue("event", "health.check.failed")
                    .addKeyValue("check", check.name())
                    .setCause(failure)
                    .log("a health check failed");
            return State.DOWN;
        }
    }
}
