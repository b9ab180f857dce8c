package dev.portcullis.admin;

import java.util.Locale;

/** One component that a node needs in order to serve. */
public interface HealthCheck {
    /** The state of one component, or of the node: the worst of its components. */
    enum State {
        UP,
        /** Some users can't be served, on any node. */
        DEGRADED,
        DOWN;

        private final String id = name().toLowerCase(Locale.ROOT);

        public String id() {
            return id;
        }
    }

    /** The name in the answer, such as {@code store}. */
    String name();

    /** Called twice a second on an event loop, so it must not block. */
    State check();
}
