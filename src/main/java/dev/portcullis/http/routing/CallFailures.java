package dev.portcullis.http.routing;

import dev.portcullis.audit.LogThrottle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs why a call could not be answered: its client learns only that it could not (CWE-209). */
public final class CallFailures {
    private static final Logger LOG = LoggerFactory.getLogger(CallFailures.class);
    private static final LogThrottle THROTTLE = new LogThrottle(System::nanoTime);

    private CallFailures() {}

    public static void log(Throwable failure) {
        THROTTLE.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "http.failed")
                        .addKeyValue("suppressed", suppressed)
                        .setCause(failure)
                        .log("a call could not be answered"));
    }
}
