package dev.portcullis.auth;

import java.util.List;

/**
 * What the door asks of the stage: a session, please.
 *
 * @param suspects sessions that were silent when it asked before, and have had time to answer a ping; empty at first
 */
record Knock(Credentials credentials, List<Session> suspects) {
    SessionStore.Attempt attempt() {
        return suspects.isEmpty() ? SessionStore.Attempt.FIRST : SessionStore.Attempt.AFTER_PROBE;
    }

    /** Equal tokens meet the same instance, which may remember them. */
    int key() {
        return credentials.token().hashCode();
    }
}
