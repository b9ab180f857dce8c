package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.protocol.record.WireForm;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.concurrent.TimeUnit;

/** Sends one question to one instance: as an object within this node, in its wire form to another. */
final class RequestSender {
    private static final WireForm<RemoteRequest> REQUEST = WireForm.of(RemoteRequest.class);

    private final EventBus eventBus;
    private final String node;
    private final Metrics metrics;

    /**
     * A question within this node.
     *
     * @param deadline {@link System#nanoTime()} after which the caller no longer waits
     */
    record LocalRequest(long deadline, Object body) {}

    /** An answer within this node. */
    record LocalReply(Object body) {}

    RequestSender(EventBus eventBus, String node, Metrics metrics) {
        this.eventBus = eventBus;
        this.node = node;
        this.metrics = metrics;
    }

    <Q, A> Future<A> ask(Question<Q, A> question, StageInstance instance, Q body, long millis) {
        String address = question.address(instance.node(), instance.instance());
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(millis);
        return instance.node().equals(node)
                ? askLocal(question, address, body, millis, options.setLocalOnly(true))
                : askRemote(question, address, body, millis, options);
    }

    private <Q, A> Future<A> askLocal(
            Question<Q, A> question, String address, Q body, long millis, DeliveryOptions options) {
        LocalRequest request = new LocalRequest(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), body);
        return eventBus.<LocalReply>request(address, request, options)
                .map(reply -> question.replyType().cast(reply.body().body()));
    }

    private <Q, A> Future<A> askRemote(
            Question<Q, A> question, String address, Q body, long millis, DeliveryOptions options) {
        byte[] bytes = REQUEST.encode(
                new RemoteRequest(millis, WireForm.of(question.requestType()).encode(body)));
        metrics.count(Metric.BUS_SENT_BYTES, bytes.length);
        return eventBus.<Buffer>request(address, Buffer.buffer(bytes), options)
                .compose(reply -> WireForm.of(question.replyType())
                        .decode(reply.body().getBytes())
                        .map(Future::succeededFuture)
                        .orElseGet(this::undecodable));
    }

    private <A> Future<A> undecodable() {
        metrics.count(Metric.BUS_UNDECODABLE);
        return Future.failedFuture("undecodable answer");
    }
}
