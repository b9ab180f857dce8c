package dev.portcullis.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;

/** A collector of OpenTelemetry: takes spans in the form of OTLP over HTTP, or refuses them, or never answers. */
public final class TraceCollector implements AutoCloseable {
    private static final String PATH = "/v1/traces";
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final List<TracedSpan> spans = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Manner manner;

    /** What becomes of a request. */
    public enum Manner {
        TAKE,
        REFUSE,
        HANG
    }

    /**
     * One span.
     *
     * @param parent the id of its parent; empty for the root
     * @param node the name of the node that it is from
     * @param nanos how long it took
     */
    public record TracedSpan(
            String trace,
            String id,
            String parent,
            String name,
            String kind,
            String node,
            long nanos,
            boolean failed,
            Map<String, String> attributes) {
        public boolean isRoot() {
            return parent.isEmpty();
        }
    }

    private TraceCollector(Manner manner, HttpServer server) {
        this.manner = manner;
        this.server = server;
        server.setExecutor(threads);
        server.createContext(PATH, this::handle);
        server.start();
    }

    public static TraceCollector open() {
        return open(Manner.TAKE);
    }

    public static TraceCollector open(Manner manner) {
        try {
            return new TraceCollector(manner, HttpServer.create(ANY_PORT, 0));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** One whose requests come over TLS. */
    public static TraceCollector open(SSLContext serving) {
        try {
            HttpsServer server = HttpsServer.create(ANY_PORT, 0);
            server.setHttpsConfigurator(new HttpsConfigurator(serving));
            return new TraceCollector(Manner.TAKE, server);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public String endpoint() {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:"
                + server.getAddress().getPort() + PATH;
    }

    public void become(Manner next) {
        manner = next;
    }

    public List<TracedSpan> spans() {
        return List.copyOf(spans);
    }

    public List<TracedSpan> trace(String id) {
        return spans.stream().filter(span -> span.trace().equals(id)).toList();
    }

    /** The first span with this name, once it has come. */
    public TracedSpan await(String name) {
        Await.until(() -> find(name).isPresent());
        return find(name).orElseThrow(() -> new AssertionError("no span " + name + " came, but " + spans));
    }

    private Optional<TracedSpan> find(String name) {
        return spans.stream().filter(span -> span.name().equals(name)).findFirst();
    }

    /** The values of the header Authorization. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    public int requests() {
        return requests.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        authorizations.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
        if (manner == Manner.HANG) {
            awaitEnd();
        }
        try (exchange) {
            if (manner != Manner.TAKE) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            read(exchange);
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        }
    }

    private void awaitEnd() {
        try {
            closed.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(HttpExchange exchange) throws IOException {
        try (InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
            ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(this::read);
        }
    }

    private void read(ResourceSpans resource) {
        String node = attributes(resource.getResource().getAttributesList()).getOrDefault("service.instance.id", "");
        resource.getScopeSpansList()
                .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(read(span, node))));
    }

    private static TracedSpan read(Span span, String node) {
        HexFormat hex = HexFormat.of();
        return new TracedSpan(
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                span.getName(),
                span.getKind().name().substring("SPAN_KIND_".length()),
                node,
                span.getEndTimeUnixNano() - span.getStartTimeUnixNano(),
                span.getStatus().getCodeValue() == 2,
                attributes(span.getAttributesList()));
    }

    private static Map<String, String> attributes(List<KeyValue> all) {
        Map<String, String> attributes = new TreeMap<>();
        all.forEach(each -> attributes.put(
                each.getKey(),
                each.getValue().hasIntValue()
                        ? Long.toString(each.getValue().getIntValue())
                        : each.getValue().getStringValue()));
        return attributes;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
