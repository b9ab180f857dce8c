package dev.portcullis.audit;

import dev.portcullis.audit.AuditEvent.AuditField;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes audit events to the log, one line each, under the name of {@link Audit}. */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    private AuditLog() {}

    public static void write(AuditEvent event) {
        LoggingEventBuilder line = LOG.atLevel(event.name().level())
                .addKeyValue("event", event.name().id());
        for (Map.Entry<AuditField, Object> field : event.fields().entrySet()) {
            line = line.addKeyValue(field.getKey().id(), field.getValue());
        }
        line.log(event.name().sentence());
    }
}
