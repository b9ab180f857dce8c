package dev.portcullis.audit;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** What a process decides about its log once it has read its configuration. */
public final class Logs {
    private Logs() {}

    /** From here on each line says so; before, it says what the system property {@code portcullis.node} does. */
    public static void nameNode(String node) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putProperty(NodeField.NODE, node);
        }
    }
}
