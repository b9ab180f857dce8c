package dev.portcullis.client.sdk;

import java.time.Duration;

/** A node that stories happen on. */
interface StagedNode extends AutoCloseable {
    int port();

    String token(String user, Duration life);

    /** Stops it as planned, and starts it on what it stored. */
    void restart() throws Exception;

    @Override
    void close();
}
