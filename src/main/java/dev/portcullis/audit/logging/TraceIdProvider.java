package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import net.logstash.logback.composite.AbstractFieldJsonProvider;

/** Adds the id of its trace to a line of traced work. A line is written on the thread of the work. */
public final class TraceIdProvider extends AbstractFieldJsonProvider<ILoggingEvent> {
    /** The name of the field. */
    static final String TRACE_ID = "traceId";

    private static volatile Supplier<Optional<String>> traceIds = Optional::empty;

    public TraceIdProvider() {
        setFieldName(TRACE_ID);
    }

    static void ask(Supplier<Optional<String>> ofCurrentWork) {
        traceIds = ofCurrentWork;
    }

    /** The id of the trace that the current thread works for. */
    static Optional<String> current() {
        return traceIds.get();
    }

    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        Optional<String> id = current();
        if (id.isPresent()) {
            generator.writeStringField(getFieldName(), id.get());
        }
    }
}
