package dev.portcullis.admin;

/** One component that a node needs in order to serve. */
public interface HealthCheck {
    /** The name in the answer, such as {@code store}. */
    String name();

    /** Called twice a second on an event loop, so it must not block. */
    Health.State check();
}
