package dev.portcullis.audit.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an address of the bus says: which stage is asked what, on which node.
 *
 * @param method the stage and the name of the question or the notice
 */
record BusAddress(String method, String node) {
    private static final Pattern FORM = Pattern.compile("([a-z]+)@(.{1,128})\\.[0-9]{1,9}/([a-z_]{1,64})");
    private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system.name");
    private static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<String> MESSAGING_SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.type");
    private static final String SYSTEM = "portcullis";

    /** Empty for an address of another kind, such as that of a link between nodes. */
    static Optional<BusAddress> parse(String address) {
        Matcher parts = FORM.matcher(address);
        return parts.matches()
                ? Optional.of(new BusAddress(parts.group(1) + "/" + parts.group(3), parts.group(2)))
                : Optional.empty();
    }

    /** @param isQuestion whether an answer is awaited, as of a remote procedure call */
    SpanBuilder sent(Tracer tracer, boolean isQuestion) {
        return isQuestion ? question(tracer, SpanKind.CLIENT) : notice(tracer, "send", SpanKind.PRODUCER);
    }

    SpanBuilder received(Tracer tracer, boolean isQuestion) {
        return isQuestion ? question(tracer, SpanKind.SERVER) : notice(tracer, "process", SpanKind.CONSUMER);
    }

    private SpanBuilder question(Tracer tracer, SpanKind kind) {
        return tracer.spanBuilder(method)
                .setSpanKind(kind)
                .setAttribute(RPC_SYSTEM, SYSTEM)
                .setAttribute(RPC_METHOD, method)
                .setAttribute(SERVER, node);
    }

    private SpanBuilder notice(Tracer tracer, String operation, SpanKind kind) {
        return tracer.spanBuilder(operation + " " + method)
                .setSpanKind(kind)
                .setAttribute(MESSAGING_SYSTEM, SYSTEM)
                .setAttribute(DESTINATION, method)
                .setAttribute(OPERATION, operation)
                .setAttribute(SERVER, node);
    }
}
