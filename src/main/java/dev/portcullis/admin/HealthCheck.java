package dev.portcullis.admin;

/** One thing that a node can't serve without. */
public interface HealthCheck {
    /** As it stands in the answer: a word such as {@code store}. */
    String name();

    /** Called twice a second on an event loop, so it answers from what is known and waits for nothing. */
    Health.State check();
}
