package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import net.logstash.logback.composite.AbstractFieldJsonProvider;

/** Adds the node's name from the logging context to each line. */
public final class NodeNameProvider extends AbstractFieldJsonProvider<ILoggingEvent> {
    /** The name of the context's property and of the field. */
    public static final String NODE = "node";

    public NodeNameProvider() {
        setFieldName(NODE);
    }

    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        String node = getContext().getProperty(NODE);
        if (node != null) {
            generator.writeStringField(getFieldName(), node);
        }
    }
}
