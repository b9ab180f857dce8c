package dev.portcullis.bus;

/**
 * A stage can't answer this question now, for a reason that is not the instance's own: a server that it depends on, or
 * too much of the same work. The circuit breaker of the instance does not count it, else clients who cause it would
 * take the instance from all others (CWE-400).
 */
public final class AnswerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param what the reason, without any part of the token */
    public AnswerUnavailable(String what) {
        super(what, null, false, false);
    }
}
