package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.tracing.Tracing;
import dev.portcullis.protocol.record.WireForm;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Notices between nodes: a {@link LinkSender} for each known peer node, and one address on which this node receives.
 */
final class NodeLinks {
    private static final WireForm<NoticeBatch> BATCH = WireForm.of(NoticeBatch.class);
    private static final String ADDRESS = "link@";
    private static final long ACK_DELAY_MS = 20;

    private final Vertx vertx;
    private final String node;
    private final LinkSender.Config config;
    private final Metrics metrics;
    private final BusLog log;
    private final ConsumerRegistry consumers;
    private final Context context; // belongs to no verticle, whose end would end it
    private final Map<String, LinkSender> senders = new ConcurrentHashMap<>();
    private final Map<String, Predicate<byte[]>> handlers = new ConcurrentHashMap<>();
    private Optional<Future<Void>> inbound = Optional.empty();

    NodeLinks(
            Vertx vertx,
            String node,
            LinkSender.Config config,
            Metrics metrics,
            BusLog log,
            ConsumerRegistry consumers) {
        this.vertx = vertx;
        this.node = node;
        this.config = config;
        this.metrics = metrics;
        this.log = log;
        this.consumers = consumers;
        this.context = vertx.getOrCreateContext();
    }

    synchronized void updatePeers(Set<String> others) {
        senders.forEach((each, sender) -> {
            if (!others.contains(each)) {
                senders.remove(each);
                sender.close();
            }
        });
        others.forEach(
                each -> senders.computeIfAbsent(each, any -> new LinkSender(vertx, ADDRESS + each, config, metrics)));
    }

    boolean isLinked(String at) {
        return senders.containsKey(at);
    }

    void send(String at, NoticeBatch.Item item) {
        LinkSender sender = senders.get(at);
        if (sender != null && !sender.offer(item)) {
            metrics.count(Metric.BUS_DROPPED);
            log.noticeDropped(at);
        }
    }

    long unackedBytes() {
        return senders.values().stream().mapToLong(LinkSender::unackedBytes).sum();
    }

    /** @param handler takes the notices of one name that arrive from other nodes; false for one that could not be decoded */
    synchronized Future<Void> subscribe(String name, Predicate<byte[]> handler) {
        handlers.put(name, handler);
        Future<Void> open = inbound.orElseGet(() -> consumers.open(context, ADDRESS + node, this::receive));
        inbound = Optional.of(open);
        return open;
    }

    private void receive(Message<Object> message, Object body) {
        Optional<NoticeBatch> batch = body instanceof Buffer bytes ? BATCH.decode(bytes.getBytes()) : Optional.empty();
        batch.ifPresentOrElse(
                decoded -> receive(decoded.items(), message.headers()), () -> metrics.count(Metric.BUS_UNDECODABLE));
        if (message.replyAddress() != null) { // delayed, so that one acknowledgement covers later batches too
            vertx.setTimer(ACK_DELAY_MS, any -> message.reply(Buffer.buffer()));
        }
    }

    private void receive(List<NoticeBatch.Item> items, MultiMap headers) {
        for (int i = 0; i < items.size(); i++) {
            NoticeBatch.Item item = items.get(i);
            String trace = headers.isEmpty() ? null : headers.get(LinkSender.TRACE + i);
            if (trace == null) {
                receive(item);
            } else {
                Tracing.goOnFor(trace, () -> receive(item));
            }
        }
    }

    private void receive(NoticeBatch.Item item) {
        Predicate<byte[]> handler = handlers.get(item.handler());
        if (handler == null || !handler.test(item.body())) {
            metrics.count(Metric.BUS_UNDECODABLE);
        }
    }
}
